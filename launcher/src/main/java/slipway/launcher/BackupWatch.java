package slipway.launcher;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/// A backup set as it is taken, proven or restored: each fact once, and how many bytes were done how fast.
final class BackupWatch {

    private static final Duration OFTEN = Duration.ofSeconds(1);
    private static final Set<String> BAD = Set.of("FAILED", "UNPROVEN", "CORRUPTED");
    private static final Set<String> STILL = Set.of("RESTORE_TESTED", "FAILED", "UNPROVEN", "CORRUPTED", "PRUNED");
    private static final Set<String> BEING_RESTORED = Set.of("REQUESTED", "SECURED");

    private final Caller caller;
    private final String path;
    private final Duration patience;
    private final Map<String, Integer> told = new HashMap<>();
    private String before = "";
    private String hindrance = "";

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
            if (stands(set) || System.nanoTime() >= end) {
                return exitCode(set);
            }
            TimeUnit.MILLISECONDS.sleep(OFTEN.toMillis());
        }
    }

    private void tell(JsonNode set) {
        tell(set, "facts");
        tell(set, "restores");
        String now = BackupText.progress(set.path("progress"));
        if (!now.isEmpty() && !now.equals(before)) {
            System.out.println("  " + Visible.line(now));
            before = now;
        }
        String waitsFor = ChangeText.text(set, "waitsFor");
        if (!waitsFor.equals(hindrance)) {
            System.out.println(waitsFor.isEmpty() ? "  goes on" : "  waits for " + Visible.line(waitsFor));
            hindrance = waitsFor;
        }
    }

    /// What is new of them.
    private void tell(JsonNode set, String facts) {
        JsonNode all = set.path(facts);
        for (int i = told.getOrDefault(facts, 0); i < all.size(); i++) {
            System.out.println(Visible.line(ChangeText.text(all.get(i), "type")));
            BackupText.told(all.get(i));
        }
        told.put(facts, all.size());
    }

    /// Whether nothing is done on it any more that somebody waits for.
    private static boolean stands(JsonNode set) {
        JsonNode line = set.path("backup");
        return STILL.contains(ChangeText.text(line, "state"))
                && !BEING_RESTORED.contains(ChangeText.text(line, "restore"))
                && !isBeingProvenAgain(set.path("facts"));
    }

    static boolean isBeingProvenAgain(JsonNode facts) {
        boolean asked = false;
        boolean toBeRestored = false;
        for (JsonNode each : facts) {
            String type = ChangeText.text(each, "type");
            if (type.equals("VerificationRequested")) {
                asked = true;
                toBeRestored = !ChangeText.text(each.path("fact"), "level").equals("V2");
            } else if (Set.of("BackupCorrupted", "BackupUnproven", "BackupPruned").contains(type) || type.equals(toBeRestored ? "RestoreTested" : "BackupVerified")) {
                asked = false;
            }
        }
        return asked;
    }

    private static int exitCode(JsonNode set) {
        JsonNode line = set.path("backup");
        if (BAD.contains(ChangeText.text(line, "state")) || ChangeText.text(line, "restore").equals("FAILED")) {
            return Refused.DENIED;
        }
        if (ChangeText.text(line, "restore").equals("AWAITING_APPROVAL")) {
            return Refused.BLOCKED;
        }
        return stands(set) ? 0 : Refused.PENDING;
    }
}
