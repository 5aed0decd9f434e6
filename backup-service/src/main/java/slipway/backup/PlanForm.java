package slipway.backup;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import slipway.backup.Plan.Task;
import slipway.backup.domain.Retention;
import slipway.backup.recipe.SmokeTest;
import tools.jackson.databind.JsonNode;

/// The parts of a plan besides what its items are: `schedule`, `retention`, and `smokeTest` of an item.
final class PlanForm {

    private static final int MOST = 10_000;

    /// When a plan says what to keep, but not when to look.
    private static final String EVERY_HOUR = "@hourly";

    private final Fields plan;
    private final Fields written;
    private final ZoneId zone;

    PlanForm(Fields plan) {
        this.plan = plan;
        Set<String> known = new HashSet<>(Set.of("zone"));
        Set.of(Task.values()).forEach(task -> known.add(task.word()));
        this.written = plan.map("schedule", known);
        this.zone = zone();
    }

    Map<Task, Cron> schedule() {
        Map<Task, Cron> schedule = new EnumMap<>(Task.class);
        for (Task task : Task.values()) {
            written.text(task.word()).ifPresent(at -> enter(schedule, task, at));
        }
        if (plan.has("retention")) {
            schedule.computeIfAbsent(Task.PRUNE, _ -> Cron.of(EVERY_HOUR, ZoneOffset.UTC));
        } else if (written.has(Task.PRUNE.word())) {
            written.fault(Task.PRUNE.word(), "nothing says what to keep: retention is missing");
        }
        return schedule;
    }

    private void enter(Map<Task, Cron> schedule, Task task, String text) {
        try {
            schedule.put(task, Cron.of(text, zone));
        } catch (IllegalArgumentException e) {
            written.fault(task.word(), String.valueOf(e.getMessage()));
        }
    }

    private ZoneId zone() {
        Optional<String> name = written.text("zone");
        try {
            return name.isEmpty() ? ZoneOffset.UTC : ZoneId.of(name.get());
        } catch (DateTimeException e) {
            written.fault("zone", "'" + name.get() + "' is no time zone");
            return ZoneOffset.UTC;
        }
    }

    @Nullable Retention retention() {
        if (!plan.has("retention")) {
            return null;
        }
        Fields kept = plan.map("retention", Set.of("last", "daily", "weekly", "monthly", "yearly"));
        Retention retention = new Retention(
                count(kept, "last"),
                count(kept, "daily"),
                count(kept, "weekly"),
                count(kept, "monthly"),
                count(kept, "yearly"),
                zone);
        if (retention.last() == 0) {
            kept.fault("last", "at least the newest set has to be kept: 1 or more");
        }
        return retention;
    }

    private static int count(Fields kept, String name) {
        JsonNode count = kept.node().path(name);
        if (count.isMissingNode()) {
            return 0;
        }
        if (!count.isInt() || count.asInt() < 0 || count.asInt() > MOST) {
            kept.fault(name, "a whole number up to " + MOST + " is needed");
            return 0;
        }
        return count.asInt();
    }

    /// @param file of the plans: the program's path is relative to it
    static @Nullable SmokeTest smokeTest(JsonNode node, String where, Path file, List<String> faults) {
        Fields test = Fields.of(node, where, Set.of("run", "timeout"), faults);
        List<String> argv = new ArrayList<>(test.words("run", "a list of a program and its arguments"));
        Duration patience = patience(test);
        if (argv.isEmpty()) {
            test.fault("run", "a program and its arguments are needed");
            return null;
        }
        try {
            Path program = file.resolveSibling(argv.getFirst()).normalize();
            if (!Files.isExecutable(program)) {
                test.fault("run", program + " is no program that could be run");
            }
            argv.set(0, program.toString());
        } catch (InvalidPathException e) {
            test.fault("run", "'" + argv.getFirst() + "' cannot be a path here: " + e.getReason());
        }
        return new SmokeTest(argv, patience);
    }

    private static Duration patience(Fields test) {
        Duration usual = Duration.ofMinutes(5);
        Optional<String> text = test.text("timeout");
        try {
            Duration patience = text.map(Duration::parse).orElse(usual);
            if (patience.isPositive()) {
                return patience;
            }
            test.fault("timeout", "'" + text.orElse("") + "' is no time");
        } catch (DateTimeParseException e) {
            test.fault("timeout", "'" + text.orElse("") + "' is no duration, as PT5M");
        }
        return usual;
    }
}
