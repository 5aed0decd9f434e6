package slipway.launcher;

import java.io.PrintStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/// A release as it goes on: one line for everything that is new, and on a terminal a last line that moves.
final class ReleaseWatch {

    private static final int WIDTH = 24;
    private static final Duration OFTEN = Duration.ofSeconds(1);

    /// Nobody has to do anything there, or nothing happens until somebody does.
    private static final Set<String> ENDS = Set.of(
            "RELEASED",
            "CLOSED",
            "ROLLED_BACK",
            "RESOLVED",
            "ABANDONED",
            "JOINED",
            "BLOCKED",
            "INDETERMINATE",
            "NEEDS_HUMAN",
            "AWAITING_APPROVAL");

    /// Its package is built or tested; that ends by itself.
    private static final Set<String> MAKING = Set.of("BUILDING", "TESTING");

    /// A pause that nobody but a person ends; the others end by themselves when what caused them does.
    private static final Set<String> UNTIL_SOMEBODY = Set.of("PERSON", "INCONCLUSIVE", "WINDOW", "BACKUP");

    /// How a step is called that a person has to promote.
    private static final String OPEN_END = "until somebody goes on";

    private final Caller caller;
    private final String path;
    private final Duration patience;
    private final boolean terminal = System.console() != null && System.console().isTerminal();
    private final Set<String> told = new HashSet<>();
    private boolean open;

    ReleaseWatch(Caller caller, String path, Duration patience) {
        this.caller = caller;
        this.path = path;
        this.patience = patience;
    }

    /// @return exit code by the state in which it was left
    int run() throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            JsonNode release = caller.get(path);
            tell(release);
            if (stands(release) || System.nanoTime() >= end) {
                clear();
                ReleaseText.release(release);
                return ReleaseCommands.exitCode(release);
            }
            TimeUnit.MILLISECONDS.sleep(OFTEN.toMillis());
        }
    }

    /// Until it has a package or none comes of it.
    ///
    /// @param told each state of it that is waited for; what comes after is the answer
    void untilMade(PrintStream told) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        String before = "";
        for (JsonNode release = caller.get(path); isBeingMade(release) && System.nanoTime() < end; release = caller.get(path)) {
            String status = ChangeText.text(release, "status");
            if (!status.equals(before)) {
                told.println(ChangeText.text(release, "id") + " is " + status + ", which is waited for");
                before = status;
            }
            TimeUnit.MILLISECONDS.sleep(OFTEN.toMillis());
        }
    }

    static boolean isBeingMade(JsonNode release) {
        return MAKING.contains(ChangeText.text(release, "status"));
    }

    /// Whether there is nothing to watch until somebody does something.
    static boolean stands(JsonNode release) {
        JsonNode step = release.path("step");
        return ENDS.contains(ChangeText.text(release, "status"))
                || UNTIL_SOMEBODY.contains(ChangeText.text(release.path("paused"), "cause"))
                || ChangeText.text(step, "kind").equals("PAUSE")
                        && ChangeText.text(step, "name").equals(OPEN_END);
    }

    private void tell(JsonNode release) {
        for (JsonNode environment : release.path("environments")) {
            String name = ChangeText.text(environment, "environment");
            environment.path("backupSets").forEach(set -> line(name + "  backup " + set.asString()));
            for (JsonNode gate : environment.path("gates")) {
                if (!ChangeText.text(gate, "verdict").equals("OPEN")) {
                    line(name + "  gate " + ChangeText.text(gate, "gate") + " CLOSED: " + ChangeText.text(gate, "reason"));
                }
            }
            for (JsonNode step : environment.path("steps")) {
                line(name + "  " + ChangeText.text(step, "kind") + " " + ChangeText.text(step, "name") + ": "
                        + ChangeText.text(step, "observed") + (step.path("adopted").asBoolean(false) ? " (was so already)" : ""));
            }
            for (JsonNode analysis : environment.path("analyses")) {
                line(name + "  canary " + ChangeText.text(analysis, "verdict") + ": " + ChangeText.text(analysis, "reason"));
            }
        }
        String waits = ChangeText.text(release, "waits");
        if (!waits.isEmpty()) {
            line("waits: " + waits);
        }
        JsonNode rollback = release.path("rollback");
        if (rollback.isObject()) {
            line("rollback  " + ChangeText.text(rollback, "cause") + ": " + ChangeText.text(rollback, "reason"));
        }
        JsonNode paused = release.path("paused");
        if (paused.isObject()) {
            line("paused  " + ChangeText.text(paused, "cause") + ": " + ChangeText.text(paused, "reason"));
        }
        progress(release);
    }

    /// Each line once, however often it is looked at.
    private void line(String text) {
        if (told.add(text)) {
            clear();
            System.out.println(Visible.line(text));
        }
    }

    private void progress(JsonNode release) {
        if (!terminal) {
            return;
        }
        clear();
        JsonNode step = release.path("step");
        int done = step.path("step").asInt(0);
        int all = Math.max(1, step.path("of").asInt(1));
        int filled = step.isObject() ? WIDTH * (done - 1) / all : 0;
        String bar = "[" + "=".repeat(filled) + " ".repeat(WIDTH - filled) + "] ";
        String where = step.isObject()
                ? ChangeText.text(step, "environment") + " " + done + "/" + all + " " + ChangeText.text(step, "kind") + " "
                        + ChangeText.text(step, "name")
                : ChangeText.text(release, "status");
        System.out.print(bar + Visible.line(where));
        System.out.flush();
        open = true;
    }

    private void clear() {
        if (open) {
            System.out.print("\r\u001b[2K");
            open = false;
        }
    }
}
