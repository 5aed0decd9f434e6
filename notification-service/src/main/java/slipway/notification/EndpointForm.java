package slipway.notification;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import slipway.http.Form;

/// `endpoints` of the routing file.
final class EndpointForm {

    private EndpointForm() {}

    static Map<String, Endpoint> read(Form form) {
        Map<String, Endpoint> endpoints = new LinkedHashMap<>();
        form.named("endpoints").forEach((name, part) -> {
            if (!RoutingFile.NAME.matcher(name).matches()) {
                form.fault("endpoints." + name, "the name has to be small letters, digits and hyphens");
            }
            endpoints.put(name, endpoint(name, part));
        });
        return endpoints;
    }

    /// Those whose addresses are endpoints.
    static List<String> channels() {
        return Needs.channels();
    }

    private static Endpoint endpoint(String name, Form part) {
        String channel = part.text("channel");
        List<Path> secrets = part.texts("secretFiles").stream().map(Path::of).toList();
        Needs needs = Needs.of(channel);
        if (needs == null) {
            part.fault("channel", "has to be one of " + Needs.channels() + ", not '" + channel + "'");
            return new Endpoint(name, channel, null, null, secrets);
        }
        String text = part.optionalText("url");
        String file = part.optionalText("urlFile");
        if (text != null && file != null || text == null && file == null && needs.usualUrl() == null) {
            part.fault("url", "or urlFile is needed, one of them");
        }
        if (text != null && needs.secretUrl()) {
            part.fault("url", "lets in whoever knows it: put it into a file, and name that as urlFile");
        }
        if (secrets.isEmpty() && needs.secrets()) {
            part.fault("secretFiles", "is missing; " + needs.secret());
        }
        Endpoint endpoint = new Endpoint(
                name, channel, file == null ? url(part, text == null ? needs.usualUrl() : text) : null, file == null ? null : Path.of(file), secrets);
        if (endpoint.urlFile() != null) {
            try {
                endpoint.address();
            } catch (IOException e) {
                part.fault("urlFile", Outside.words(e));
            }
        }
        for (Path each : secrets) {
            try {
                String secret = new SecretFile(each).read();
                if (channel.equals(Receiver.WEBHOOK)) {
                    WebhookWords.fault(secret).ifPresent(fault -> part.fault("secretFiles", each + ": " + fault));
                }
            } catch (IOException e) {
                part.fault("secretFiles", Outside.words(e));
            }
        }
        return endpoint;
    }

    private static @Nullable URI url(Form part, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            URI uri = URI.create(text);
            Outside.fault(uri).ifPresent(fault -> part.fault("url", "'" + Outside.shown(text) + "' " + fault));
            return uri;
        } catch (IllegalArgumentException _) {
            part.fault("url", "'" + Outside.shown(text) + "' is no URL such as https://example.org/path");
            return null;
        }
    }

    /// What a channel has to be given.
    ///
    /// @param usualUrl null: there is none
    /// @param secretUrl whether whoever knows the URL may write there
    /// @param secret what it is; empty: there is none
    private record Needs(@Nullable String usualUrl, boolean secretUrl, String secret) {

        private static final Map<String, Needs> ALL = Map.of(
                Receiver.WEBHOOK, new Needs(null, false, "keys to sign with, as whsec_…"),
                Receiver.SLACK_WEBHOOK, new Needs(null, true, ""),
                Receiver.TEAMS, new Needs(null, true, ""),
                Receiver.PAGERDUTY, new Needs(PagerDutyWords.USUAL, false, "the integration key"),
                Receiver.GRAFANA, new Needs(null, false, "the token of a service account"),
                Receiver.CDEVENTS, new Needs(null, false, ""));

        static @Nullable Needs of(String channel) {
            return ALL.get(channel);
        }

        static List<String> channels() {
            return ALL.keySet().stream().sorted().toList();
        }

        boolean secrets() {
            return !secret.isEmpty();
        }
    }
}
