package slipway.change;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import slipway.change.calendar.FreezeScope;
import slipway.change.calendar.Recurrence;
import slipway.change.calendar.Window;
import slipway.change.domain.ChangeState;
import slipway.change.domain.Conflict;
import slipway.change.domain.Inventory;
import slipway.change.domain.Rfc;
import slipway.http.Document;
import slipway.http.Refusal;
import slipway.messaging.Cause;

/// The calendar over HTTP: what is free, what is in the way, and iCalendar for other programs.
@RestController
class CalendarController {

    private static final String CALENDAR = "text/calendar;charset=UTF-8";
    private static final int MOST_SLOTS = 50;

    private final Asking asking;
    private final Situation situation;
    private final Freezes freezes;
    private final ChangeRegister register;
    private final InventoryStore inventory;
    private final Clock clock;

    CalendarController(
            Asking asking,
            Situation situation,
            Freezes freezes,
            ChangeRegister register,
            InventoryStore inventory,
            Clock clock) {
        this.asking = asking;
        this.situation = situation;
        this.freezes = freezes;
        this.register = register;
        this.inventory = inventory;
        this.clock = clock;
    }

    /// The next free windows of the same length, within the envelope or the next thirty days.
    @GetMapping("/changes/{id}/slots")
    List<Window> slots(@PathVariable String id, @RequestParam(defaultValue = "5") int count) {
        if (count < 1 || count > MOST_SLOTS) {
            throw Refusal.malformed(List.of("count: must be 1 to " + MOST_SLOTS + ", not " + count));
        }
        return situation.slots(id, rfc(id), count, clock.instant());
    }

    /// What stands in the way now, hard and soft.
    @GetMapping("/changes/{id}/conflicts")
    List<Conflict> conflicts(@PathVariable String id) {
        return situation.conflicts(id, rfc(id));
    }

    private Rfc rfc(String id) {
        if (asking.state(id) instanceof ChangeState.Known known) {
            return known.dossier().rfc();
        }
        throw Refusal.conflict(List.of(id + " is over"));
    }

    /// Freezes that hold, and everything that is scheduled.
    @GetMapping(path = "/calendar.ics", produces = CALENDAR)
    String calendar() {
        List<Ics.Entry> entries = new ArrayList<>();
        freezes.holding().forEach(freeze -> entries.add(new Ics.Entry(
                freeze.id(), freeze.name(), freeze.reason(), "FREEZE", freeze.scope(), freeze.when())));
        register.scheduled().forEach(line -> entries.add(new Ics.Entry(
                line.id(),
                line.id() + " " + line.title(),
                line.service() + " " + line.version() + ", asked for by " + line.requester(),
                "CHANGE",
                FreezeScope.EVERYTHING,
                once(line.window()))));
        return Ics.write(entries, clock.instant());
    }

    @GetMapping(path = "/inventory/items/{id}/maintenance.ics", produces = CALENDAR)
    String maintenance(@PathVariable String id) {
        List<Recurrence> times = item(id).maintenance();
        List<Ics.Entry> entries = new ArrayList<>();
        for (int i = 0; i < times.size(); i++) {
            entries.add(new Ics.Entry(
                    id + "-" + i, "Maintenance of " + id, "", "MAINTENANCE", FreezeScope.EVERYTHING, times.get(i)));
        }
        return Ics.write(entries, clock.instant());
    }

    /// Replaces the maintenance windows of an item by the events of a calendar.
    @PutMapping(path = "/inventory/items/{id}/maintenance.ics", consumes = "text/calendar")
    Inventory.Item replace(
            @PathVariable String id, @RequestBody Document calendar, @AuthenticationPrincipal Jwt token) {
        Cause cause = InventoryController.operator(token);
        item(id);
        Ics.Imported imported = Ics.read(new String(calendar.bytes(), StandardCharsets.UTF_8));
        if (!imported.faults().isEmpty()) {
            throw Refusal.unacceptable(imported.faults());
        }
        return inventory.maintain(
                id, imported.entries().stream().map(Ics.Entry::when).toList(), cause);
    }

    private Inventory.Item item(String id) {
        return inventory.current()
                .item(id)
                .orElseThrow(() -> Refusal.unknown("there is no configuration item " + id));
    }

    private static Recurrence once(Window window) {
        LocalDateTime start = LocalDateTime.ofInstant(window.notBefore(), ZoneOffset.UTC);
        // iCalendar knows no fractions of a second
        String length = window.length().truncatedTo(ChronoUnit.SECONDS).toString();
        return new Recurrence(start.toString(), "UTC", length, null, List.of());
    }
}
