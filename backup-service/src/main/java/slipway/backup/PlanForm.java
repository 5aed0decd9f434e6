package slipway.backup;

import java.nio.file.Files;
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

    private final String where;
    private final List<String> faults;
    private final JsonNode plan;
    private final ZoneId zone;

    PlanForm(JsonNode plan, String where, List<String> faults) {
        this.plan = plan;
        this.where = where;
        this.faults = faults;
        this.zone = zone();
    }

    Map<Task, Cron> schedule() {
        JsonNode node = plan.path("schedule");
        Map<Task, Cron> schedule = new EnumMap<>(Task.class);
        if (!node.isMissingNode()) {
            Set<String> known = new HashSet<>(Set.of("zone"));
            Set.of(Task.values()).forEach(task -> known.add(task.word()));
            Plans.only(node, known, where + ".schedule", faults);
            for (Task task : Task.values()) {
                JsonNode at = node.path(task.word());
                if (!at.isMissingNode()) {
                    enter(schedule, task, at.asString(""));
                }
            }
        }
        if (plan.has("retention")) {
            schedule.computeIfAbsent(Task.PRUNE, _ -> Cron.of(EVERY_HOUR, ZoneOffset.UTC));
        } else if (schedule.containsKey(Task.PRUNE)) {
            faults.add(where + ".schedule.prune: nothing says what to keep: retention is missing");
        }
        return schedule;
    }

    private void enter(Map<Task, Cron> schedule, Task task, String text) {
        try {
            schedule.put(task, Cron.of(text, zone));
        } catch (IllegalArgumentException e) {
            faults.add(where + ".schedule." + task.word() + ": " + e.getMessage());
        }
    }

    private ZoneId zone() {
        String name = plan.path("schedule").path("zone").asString("");
        try {
            return name.isEmpty() ? ZoneOffset.UTC : ZoneId.of(name);
        } catch (DateTimeException e) {
            faults.add(where + ".schedule.zone: '" + name + "' is no time zone");
            return ZoneOffset.UTC;
        }
    }

    @Nullable Retention retention() {
        JsonNode node = plan.path("retention");
        if (node.isMissingNode()) {
            return null;
        }
        Plans.only(node, Set.of("last", "daily", "weekly", "monthly", "yearly"), where + ".retention", faults);
        Retention retention = new Retention(
                count(node, "last"),
                count(node, "daily"),
                count(node, "weekly"),
                count(node, "monthly"),
                count(node, "yearly"),
                zone);
        if (retention.last() == 0) {
            faults.add(where + ".retention.last: at least the newest set has to be kept: 1 or more");
        }
        return retention;
    }

    private int count(JsonNode node, String name) {
        JsonNode count = node.path(name);
        if (count.isMissingNode()) {
            return 0;
        }
        if (!count.isInt() || count.asInt() < 0 || count.asInt() > MOST) {
            faults.add(where + ".retention." + name + ": a whole number up to " + MOST + " is needed");
            return 0;
        }
        return count.asInt();
    }

    /// @param file of the plans: the program's path is relative to it
    static @Nullable SmokeTest smokeTest(JsonNode node, String where, Path file, List<String> faults) {
        if (node.isMissingNode()) {
            return null;
        }
        Plans.only(node, Set.of("run", "timeout"), where, faults);
        List<String> argv = new ArrayList<>();
        node.path("run").forEach(word -> argv.add(word.asString("")));
        Duration patience = Duration.ofMinutes(5);
        if (argv.isEmpty() || argv.getFirst().isBlank()) {
            faults.add(where + ".run: a program and its arguments are needed");
            return null;
        }
        Path program = file.resolveSibling(argv.getFirst()).normalize();
        if (!Files.isExecutable(program)) {
            faults.add(where + ".run: " + program + " is no program that could be run");
        }
        argv.set(0, program.toString());
        try {
            patience = Duration.parse(node.path("timeout").isMissingNode() ? patience.toString() : node.path("timeout").asString("?"));
        } catch (DateTimeParseException e) {
            faults.add(where + ".timeout: '" + node.path("timeout").asString() + "' is no duration, as PT5M");
        }
        if (!patience.isPositive()) {
            faults.add(where + ".timeout: '" + patience + "' is no time");
        }
        return new SmokeTest(argv, patience);
    }
}
