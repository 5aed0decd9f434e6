package slipway.launcher;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/// A backup set as it is taken, proven or restored: each fact once, and how many bytes were done how fast.
final class BackupWatch {

    private static final Duration OFTEN = Duration.ofSeconds(1);
    private static final Set<String> BAD = Set.of("FAILED", "CORRUPTED");
    private static final Set<String> STILL = Set.of("RESTORE_TESTED", "FAILED", "CORRUPTED", "PRUNED");
    private static final Set<String> BEING_RESTORED = Set.of("REQUESTED", "SECURED");

    private final Caller caller;
    private final String path;
    private final Duration patience;
    private int told;
    private String before = "";

    BackupWatch(Caller caller, String path, Duration patience) {
        this.caller = caller;
        this.path = path;
        this.patience = patience;
    }

    /// @return exit code by the state in which it was left
    int run() throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            JsonNode set = caller.get(path);
            tell(set);
            if (stands(set.path("backup")) || System.nanoTime() >= end) {
                return exitCode(set.path("backup"));
            }
            TimeUnit.MILLISECONDS.sleep(OFTEN.toMillis());
        }
    }

    private void tell(JsonNode set) {
        JsonNode facts = set.path("facts");
        for (; told < facts.size(); told++) {
            JsonNode each = facts.get(told);
            String type = ChangeText.text(each, "type");
            System.out.println(Visible.line(type));
            BackupText.told(type, each.path("fact"));
        }
        String now = BackupText.progress(set.path("progress"));
        if (!now.isEmpty() && !now.equals(before)) {
            System.out.println("  " + Visible.line(now));
            before = now;
        }
    }

    private static boolean stands(JsonNode line) {
        return STILL.contains(ChangeText.text(line, "state")) && !BEING_RESTORED.contains(ChangeText.text(line, "restore"));
    }

    static int exitCode(JsonNode line) {
        if (BAD.contains(ChangeText.text(line, "state")) || ChangeText.text(line, "restore").equals("FAILED")) {
            return Refused.DENIED;
        }
        if (ChangeText.text(line, "restore").equals("AWAITING_APPROVAL")) {
            return Refused.BLOCKED;
        }
        return stands(line) ? 0 : Refused.PENDING;
    }
}
