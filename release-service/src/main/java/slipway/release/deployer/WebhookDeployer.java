package slipway.release.deployer;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;
import slipway.http.Form;
import slipway.release.deployer.WebhookTarget.Look;
import slipway.release.deployer.WebhookTarget.Naming;
import slipway.release.deployer.WebhookTarget.Status;
import slipway.release.domain.StepKind;
import tools.jackson.core.JsonPointer;

/// The `webhook` deployer: another system that deploys by itself, and is told to over HTTP: a pipeline of
/// [Jenkins](https://www.jenkins.io/doc/book/using/remote-access-api/),
/// [GitHub Actions](https://docs.github.com/en/rest/actions/workflows#create-a-workflow-dispatch-event) or
/// [GitLab](https://docs.gitlab.com/ci/triggers/), or
/// [Argo CD](https://argo-cd.readthedocs.io/en/stable/developer-guide/api-docs/).
///
/// `trigger` starts a run, `run` says how its name is found, `status` is asked until it ended, and `probe` tells what runs. Every
/// trigger carries `Idempotency-Key`
/// ([draft](https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/)). Systems that do not know it, such as
/// GitHub, list their runs: when the run carries the key as its name, a run that we started before a crash is found and awaited
/// instead of started again. Its runs have to be done one after the other.
@Component
final class WebhookDeployer implements Deployer {

    private static final Set<String> MOVE = Set.of("digest", "reference", "key");
    private static final String KEY_HEADER = "Idempotency-Key";

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final Duration patience;

    WebhookDeployer() {
        this(Duration.ofSeconds(20));
    }

    /// @param patience for one answer
    WebhookDeployer(Duration patience) {
        this.patience = patience;
    }

    @Override
    public String name() {
        return "webhook";
    }

    @Override
    public Set<StepKind> skills() {
        return Set.of(StepKind.SWITCH);
    }

    @Override
    public Target target(Form form, Path folder) {
        Secrets secrets = Secrets.read(form, folder);
        String environment = form.text("environment");
        // A gap that nothing is there for is a fault of the text that has it.
        Set<String> here = environment.isEmpty() ? Set.of() : Set.of("environment");
        HttpCall trigger = HttpCall.read(form.part("trigger"), "POST", union(here, MOVE), secrets);
        trigger.headers().putIfAbsent(KEY_HEADER, new Gaps("{key}"));
        Set<String> started = union(union(here, MOVE), form.has("run") ? Set.of("location", "run") : Set.of("location"));
        Form status = form.part("status");
        Form probe = form.part("probe");
        return new WebhookTarget(
                http,
                patience,
                form.has("part") ? form.text("part") : "target",
                environment,
                trigger,
                form.has("run") ? naming(form.part("run"), union(here, MOVE), secrets) : new Naming.None(),
                new Status(
                        HttpCall.read(status, "GET", started, secrets),
                        pointer(status, "at"),
                        words(status, "success"),
                        words(status, "failure"),
                        status.texts("running")),
                new Look(HttpCall.read(probe, "GET", here, secrets), pointer(probe, "at")),
                Duration.ofSeconds(number(form, "timeoutSeconds")),
                Duration.ofMillis(number(form, "intervalMillis")));
    }

    private static Naming naming(Form run, Set<String> gaps, Secrets secrets) {
        if (run.has("list") || run.has("field")) {
            return new Naming.Listed(
                    HttpCall.read(run, "GET", gaps, secrets),
                    pointer(run, "list"),
                    pointer(run, "field"),
                    pointer(run, "at"));
        }
        return run.has("url")
                ? new Naming.Asked(
                        HttpCall.read(run, "GET", union(gaps, Set.of("location")), secrets), pointer(run, "at"))
                : new Naming.Answered(pointer(run, "at"));
    }

    private static Set<String> union(Set<String> some, Set<String> more) {
        Set<String> all = new HashSet<>(some);
        all.addAll(more);
        return all;
    }

    private static long number(Form form, String name) {
        long number = form.number(name);
        if (number < 1) {
            form.fault(name, "a number from 1 on is needed");
        }
        return Math.max(1, number);
    }

    private static List<String> words(Form form, String name) {
        List<String> words = form.texts(name);
        if (words.isEmpty()) {
            form.fault(name, "at least one word is needed");
        }
        return words;
    }

    private static JsonPointer pointer(Form form, String name) {
        String text = form.text(name);
        if (text.isEmpty()) {
            form.fault(name, "is missing; a JSON pointer such as /status is needed");
            return JsonPointer.empty();
        }
        try {
            // The root itself is written as in a URI's fragment.
            return text.equals("#") ? JsonPointer.empty() : JsonPointer.compile(text);
        } catch (IllegalArgumentException e) {
            form.fault(name, "'" + text + "' is no JSON pointer such as /status");
            return JsonPointer.empty();
        }
    }
}
