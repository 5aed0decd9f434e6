package slipway.launcher;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import slipway.launcher.local.Ports.For;
import tools.jackson.databind.JsonNode;

/// What audit-service reads everything for, as it goes on: started, and asked how far it is. Whoever stops watching stops nothing.
final class LongRead {

    private static final Duration OFTEN = Duration.ofMillis(250);

    private final Api api;
    private final String who;
    private final String what;

    /// @param what `/replays` or `/verifications`
    LongRead(Api api, String who, String what) {
        this.api = api;
        this.who = who;
        this.what = what;
    }

    /// @return its report
    /// @throws Refused when it does not begin, or ends without one
    JsonNode run(Map<String, ?> wanted) {
        JsonNode run = Refused.unless(api.post(For.AUDIT, who, what, wanted)).json();
        String path = what + "/" + run.path("number").longValue();
        try (Screen screen = new Screen(System.out)) {
            String phase = "";
            while (run.path("state").asString("").equals("RUNNING")) {
                JsonNode progress = run.path("progress");
                if (!progress.path("phase").asString("").equals(phase)) {
                    phase = progress.path("phase").asString("");
                    screen.timed(Screen.Tone.QUIET, phase);
                }
                screen.waiting(text(progress));
                TimeUnit.MILLISECONDS.sleep(OFTEN.toMillis());
                run = Refused.unless(api.get(For.AUDIT, who, path)).json();
            }
            return switch (run.path("state").asString("")) {
                case "DONE" -> run.path("report");
                case "INTERRUPTED" -> throw new Refused(1, List.of("the service that ran it stopped: give the command again"));
                default -> throw new Refused(1, List.of(run.path("failure").asString("it failed"), "give the command again when that is mended"));
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused(1, List.of("it goes on without you: " + path));
        }
    }

    /// How far it is, such as `1200 of 5000, 24%, 3100 a second, 2 s left`.
    static String text(JsonNode progress) {
        long total = progress.path("total").longValue();
        if (total == 0) {
            return progress.path("phase").asString("begins");
        }
        long done = progress.path("done").longValue();
        String left = progress.path("secondsLeft").isNumber() ? ", " + progress.path("secondsLeft").longValue() + " s left" : "";
        return "%d of %d, %d%%, %d a second%s".formatted(done, total, 100 * done / total, progress.path("perSecond").longValue(), left);
    }
}
