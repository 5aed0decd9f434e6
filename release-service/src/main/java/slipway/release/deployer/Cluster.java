package slipway.release.deployer;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import slipway.http.Form;

/// A namespace of a Kubernetes cluster, and how long to wait for what happens there. Who we are there stands in the kubeconfig,
/// or is the service account of the pod that this runs in.
///
/// @param clients that talk to it
/// @param kubeconfig null: as this process is configured itself
/// @param context null: the kubeconfig's current one
/// @param timeout for one move
/// @param interval between two looks
record Cluster(
        Clients clients,
        @Nullable Path kubeconfig,
        @Nullable String context,
        String namespace,
        Duration timeout,
        Duration interval) {

    private static final int TOO_MANY = 429;
    private static final int CONFLICTS = 10;
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

    interface Work<T> {
        T with(KubernetesClient client) throws IOException, InterruptedException;
    }

    interface Look {
        /// @return null: it is as it should be; otherwise what is missing
        @Nullable String missing() throws IOException, InterruptedException;
    }

    /// What was waited for cannot come any more.
    static final class Stuck extends IOException {
        Stuck(String message) {
            super(message);
        }
    }

    static Cluster read(Form form, Path folder, Clients clients) {
        String kubeconfig = form.optionalText("kubeconfig");
        long timeout = form.number("timeoutSeconds");
        long interval = form.number("intervalMillis");
        if (timeout < 1) {
            form.fault("timeoutSeconds", "a number from 1 on is needed");
        }
        if (interval < 1) {
            form.fault("intervalMillis", "a number from 1 on is needed");
        }
        return new Cluster(
                clients,
                kubeconfig == null ? null : folder.resolve(kubeconfig).normalize(),
                form.optionalText("context"),
                name(form, "namespace", form.text("namespace")),
                Duration.ofSeconds(Math.max(1, timeout)),
                Duration.ofMillis(Math.max(1, interval)));
    }

    /// A name as Kubernetes has them ([RFC 1123](https://kubernetes.io/docs/concepts/overview/working-with-objects/names/)).
    static String name(Form form, String field, String name) {
        if (name.isEmpty()) {
            form.fault(field, "is missing");
        } else if (!NAME.matcher(name).matches()) {
            form.fault(field, "'" + name + "' is no name that Kubernetes takes");
        }
        return name;
    }

    /// @throws IOException with the API server's words
    <T> T call(Work<T> work) throws IOException, InterruptedException {
        try {
            return clients.call(kubeconfig, context, work);
        } catch (RuntimeException e) {
            // The client wraps whatever happens to it, and that it was interrupted.
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while talking to Kubernetes");
            }
            throw new IOException(words(e), e);
        }
    }

    private static String words(Throwable fault) {
        String message = String.valueOf(fault.getMessage());
        Throwable cause = fault.getCause();
        return cause == null || cause.getMessage() == null || message.contains(cause.getMessage())
                ? message
                : message + ": " + words(cause);
    }

    /// Writes what was read a moment ago; when somebody else wrote in between, as controllers do all the time, it is read and
    /// changed again.
    static void write(Runnable edit) {
        for (int left = CONFLICTS; ; left--) {
            try {
                edit.run();
                return;
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || left == 0) {
                    throw e;
                }
            }
        }
    }

    /// Looks until nothing is missing. An API server that is away for a while is asked again.
    ///
    /// @param end as of `System.nanoTime()`
    /// @throws Stuck as soon as a look says so
    /// @throws IOException when something is still missing at the end
    void await(long end, Look look) throws IOException, InterruptedException {
        while (true) {
            String missing;
            try {
                missing = look.missing();
            } catch (Stuck e) {
                throw e;
            } catch (IOException e) {
                missing = e.getMessage();
            } catch (KubernetesClientException e) {
                if (refused(e.getCode())) {
                    throw e;
                }
                missing = words(e);
            }
            if (missing == null) {
                return;
            }
            if (System.nanoTime() > end) {
                throw new IOException("after " + timeout.toSeconds() + " s: " + missing);
            }
            TimeUnit.MILLISECONDS.sleep(interval.toMillis());
        }
    }

    /// Whether asking again would be no help.
    private static boolean refused(int status) {
        return status >= 400 && status < 500 && status != HttpURLConnection.HTTP_CONFLICT && status != TOO_MANY;
    }

    long end() {
        return System.nanoTime() + timeout.toNanos();
    }
}
