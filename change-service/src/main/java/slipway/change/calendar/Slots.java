package slipway.change.calendar;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Free windows, to be suggested.
public final class Slots {

    private static final Duration ROUND = Duration.ofMinutes(15);

    private Slots() {}

    /// The earliest windows of this length that are open and not taken, apart from each other. Each starts at a full quarter of
    /// an hour (UTC) when it then still fits, otherwise as soon as it is free.
    ///
    /// @param length longer than nothing; of the whole occupation, the way back included
    /// @param open when work may be done, within the envelope
    /// @param taken when others do
    public static List<Window> next(Duration length, Intervals open, Intervals taken, int count) {
        List<Window> slots = new ArrayList<>();
        for (Window free : open.minus(taken).windows()) {
            Instant from = free.notBefore();
            while (slots.size() < count) {
                Window slot = slot(from, length, free);
                if (slot == null) {
                    break;
                }
                slots.add(slot);
                from = slot.notAfter();
            }
        }
        return slots;
    }

    private static @Nullable Window slot(Instant from, Duration length, Window free) {
        long past = Math.floorMod(from.toEpochMilli(), ROUND.toMillis());
        Instant round = past == 0 ? from : from.plusMillis(ROUND.toMillis() - past);
        for (Instant start : List.of(round, from)) {
            Window slot = new Window(start, start.plus(length));
            if (free.covers(slot)) {
                return slot;
            }
        }
        return null;
    }
}
