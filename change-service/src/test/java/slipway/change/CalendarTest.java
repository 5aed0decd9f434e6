package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static slipway.change.TheService.DANA;
import static slipway.change.TheService.MANAGER;
import static slipway.change.TheService.PATIENCE;
import static slipway.change.TheService.approve;
import static slipway.change.TheService.askForLeave;
import static slipway.change.TheService.awaitState;
import static slipway.change.TheService.gate;
import static slipway.change.TheService.good;
import static slipway.change.TheService.kinds;
import static slipway.change.TheService.post;
import static slipway.change.TheService.scheduled;
import static slipway.change.TheService.service;
import static slipway.change.TheService.show;
import static slipway.change.TheService.submitFor;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import slipway.messaging.RunningService.Answer;
import tools.jackson.databind.JsonNode;

/// Freezes, conflicts, free slots and iCalendar over HTTP.
class CalendarTest {

    @AfterEach
    void nothing_is_frozen() {
        service().get("/freezes").body().forEach(line -> {
            if (line.get("liftedBy").isNull()) {
                post(MANAGER, "/freezes/" + line.get("freeze").get("id").stringValue() + "/lift", "reason: test is over");
            }
        });
    }

    private static String freeze(String ci) {
        return """
                name: Stocktaking
                reason: Nobody counts twice
                scope: {configurationItems: [%s]}
                when: {start: "2020-01-01T00:00", zone: Europe/Paris, duration: P1D, rule: FREQ=DAILY}
                """
                .formatted(ci);
    }

    @Test
    void a_freeze_shows_what_it_will_hold_holds_it_and_lifting_it_releases_just_that() {
        String id = scheduled("ci-1");
        good(post(DANA, "/changes/" + id + "/hold", "reason: waiting for a part"));
        String other = scheduled("ci-3");
        JsonNode preview = good(post(MANAGER, "/freezes/preview", freeze("ci-3")));
        assertThat(preview.get("holds").toString()).isEqualTo("[\"" + other + "\"]");

        assertThat(post(DANA, "/freezes", freeze("ci-3")).status()).isEqualTo(403);
        String freeze = good(post(MANAGER, "/freezes", freeze("ci-3"))).get("id").stringValue();
        await().atMost(PATIENCE).until(() -> !show(other).get("holds").isEmpty());
        assertThat(gate(other).get("verdict").stringValue()).isEqualTo("BLOCKED");
        assertThat(gate(other).get("reason").stringValue()).contains("Stocktaking");
        askForLeave(other, "REL-" + other);
        await().atMost(PATIENCE).until(() -> !show(other).get("refusals").isEmpty());

        good(post(MANAGER, "/freezes/" + freeze + "/lift", "reason: all is counted"));
        await().atMost(PATIENCE).until(() -> show(other).get("holds").isEmpty());
        assertThat(gate(other).get("verdict").stringValue()).isEqualTo("OPEN");
        assertThat(show(id).get("holds").size()).isEqualTo(1);
        good(post(DANA, "/changes/" + id + "/unhold", "reason: the part is here"));
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
        good(post(DANA, "/changes/" + other + "/cancel", "reason: done"));
    }

    @Test
    void the_approvers_of_a_freeze_let_one_change_through() {
        String id = scheduled("ci-1");
        String freeze = good(post(MANAGER, "/freezes", freeze("ci-1"))).get("id").stringValue();
        await().atMost(PATIENCE).until(() -> !show(id).get("holds").isEmpty());
        String pass = "{changeId: " + id + ", reason: needed for counting}";
        assertThat(post("aki:approvers", "/freezes/" + freeze + "/override", pass).status()).isEqualTo(403);
        good(post(MANAGER, "/freezes/" + freeze + "/override", pass));
        await().atMost(PATIENCE).until(() -> show(id).get("holds").isEmpty());
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
    }

    @Test
    void a_calendar_goes_out_and_comes_in_as_icalendar() {
        String id = scheduled("ci-1");
        String out = service().text("/calendar.ics");
        assertThat(out).contains("BEGIN:VCALENDAR", "UID:" + id);
        String in = """
                BEGIN:VCALENDAR
                VERSION:2.0
                PRODID:-//other//EN
                BEGIN:VEVENT
                UID:x
                DTSTAMP:20260101T000000Z
                SUMMARY:Winter sale
                DTSTART;TZID=Europe/Paris:20400107T080000
                DURATION:P14D
                END:VEVENT
                END:VCALENDAR
                """
                .replace("\n", "\r\n");
        Answer taken = service().ask(MANAGER, "POST", "/freezes/ics", "text/calendar", in);
        assertThat(taken.status()).as("%s", taken.body()).isEqualTo(201);
        assertThat(service().text("/calendar.ics")).contains("SUMMARY:Winter sale", "TZID=Europe/Paris");
        Answer again = service().ask(MANAGER, "POST", "/freezes/ics", "text/calendar", in);
        assertThat(again.body()).as("the same event again is the same freeze").isEqualTo(taken.body());
        Answer longer = service().ask(MANAGER, "POST", "/freezes/ics", "text/calendar", in.replace("P14D", "P15D"));
        assertThat(longer.body()).isNotEqualTo(taken.body());
        assertThat(service().text("/calendar.ics")).contains("DURATION:P15D").doesNotContain("DURATION:P14D");
        Answer own = service().ask(MANAGER, "POST", "/freezes/ics", "text/calendar", service().text("/calendar.ics"));
        assertThat(own.body().size()).as("our own calendar says nothing new").isZero();
        Answer bad = service().ask(MANAGER, "POST", "/freezes/ics", "text/calendar", in.replace(";TZID=Europe/Paris", ""));
        assertThat(bad.status()).isEqualTo(422);
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
    }

    @Test
    void free_slots_and_what_is_in_the_way_are_told() {
        String id = scheduled("ci-1");
        String second = submitFor("ci-1", 2);
        JsonNode conflicts = good(service().get("/changes/" + second + "/conflicts"));
        assertThat(conflicts.findValuesAsString("kind")).contains("SAME_ITEM", "IMPLEMENTER");
        JsonNode slots = good(service().get("/changes/" + second + "/slots?count=2"));
        assertThat(slots.size()).isEqualTo(2);
        assertThat(slots.get(0).get("notBefore").stringValue())
                .isGreaterThanOrEqualTo(show(id).get("scheduled").get("notAfter").stringValue());
        assertThat(service().get("/changes/" + second + "/slots?count=0").status()).isEqualTo(400);
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
        good(post(DANA, "/changes/" + second + "/cancel", "reason: done"));
    }

    @Test
    void a_lifted_freeze_lets_the_first_of_two_have_the_calendar_and_tells_the_other() {
        String freeze = good(post(MANAGER, "/freezes", freeze("ci-3"))).get("id").stringValue();
        String first = submitFor("ci-3", 2);
        String second = submitFor("ci-3", 2);
        for (String id : List.of(first, second)) {
            approve(id, "aki:approvers");
            approve(id, "sam:approvers");
            await().atMost(PATIENCE).until(() -> !show(id).get("holds").isEmpty());
        }
        good(post(MANAGER, "/freezes/" + freeze + "/lift", "reason: all is counted"));
        awaitState(first, "SCHEDULED");
        await().atMost(PATIENCE).until(() -> show(second).get("holds").isEmpty());
        assertThat(show(second).get("state").stringValue()).isEqualTo("APPROVED");
        good(post(DANA, "/changes/" + first + "/cancel", "reason: done"));
        awaitState(second, "SCHEDULED");
        good(post(DANA, "/changes/" + second + "/cancel", "reason: done"));
    }

    @Test
    void what_was_told_before_the_approval_is_waited_for_after_it() {
        String first = scheduled("ci-3");
        String second = submitFor("ci-3", 2);
        assertThat(kinds(second)).contains("ConflictDetected");
        approve(second, "aki:approvers");
        approve(second, "sam:approvers");
        awaitState(second, "APPROVED");
        good(post(DANA, "/changes/" + first + "/cancel", "reason: done"));
        awaitState(second, "SCHEDULED");
        good(post(DANA, "/changes/" + second + "/cancel", "reason: done"));
    }

    @Test
    void nobody_lets_their_own_change_through_a_freeze() {
        String id = scheduled("ci-3");
        String freeze = good(post(MANAGER, "/freezes", freeze("ci-3"))).get("id").stringValue();
        String pass = "{changeId: " + id + ", reason: it is mine}";
        assertThat(post("dana:change-managers", "/freezes/" + freeze + "/override", pass).reasons())
                .singleElement()
                .asString()
                .startsWith("separation of duties: dana");
        assertThat(post(MANAGER, "/freezes/" + freeze + "/override", "{changeId: CHG-999999, reason: early}").status())
                .isEqualTo(422);
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
    }
}
