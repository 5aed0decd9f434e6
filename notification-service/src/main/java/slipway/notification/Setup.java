package slipway.notification;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationContextInitializedEvent;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;
import slipway.http.Misconfigured;

/// The files and settings that people write for this service, read together before it starts: whatever is wrong with any of them is told at once.
///
/// @param routing who is told of what
/// @param templates the words for it
/// @param sender of every mail
/// @param link to the page on which people vote
record Setup(Routing routing, Templates templates, String sender, DecideLink link, Slack slack) {

    private static final Logger LOG = LoggerFactory.getLogger(Setup.class);

    /// @param api `slipway.slack.api`: base URL of Slack's Web API
    /// @param token `slipway.slack.token-file`: holds the bot token; empty: no receiver may name Slack
    /// @param signing `slipway.slack.signing-secret-file`: without it there are no buttons
    /// @param pace `slipway.slack.pace`: between two posts to the same place
    record Slack(URI api, Optional<SecretFile> token, Optional<SecretFile> signing, Duration pace) {}

    /// When all settings are there, and nothing is connected to yet.
    static final class Reader implements ApplicationListener<ApplicationContextInitializedEvent> {

        @Override
        public void onApplicationEvent(ApplicationContextInitializedEvent starting) {
            Setup setup = read(starting.getApplicationContext().getEnvironment());
            starting.getApplicationContext().getBeanFactory().registerSingleton("setup", setup);
        }
    }

    /// @throws Misconfigured naming every fault
    static Setup read(Environment settings) {
        List<String> faults = new ArrayList<>();
        String notifications = text(settings, "slipway.notifications");
        String templates = text(settings, "slipway.templates");
        Slack slack = slack(settings, faults);
        Set<String> channels = new HashSet<>(Set.of(Receiver.EMAIL));
        if (slack.token().isPresent()) {
            channels.add(Receiver.SLACK);
        }
        if (notifications.isEmpty()) {
            LOG.warn("slipway.notifications names no file: nobody is told of anything");
        }
        Optional<Routing> routing =
                orFaults(faults, () -> notifications.isEmpty() ? Routing.NOBODY : RoutingFile.read(Path.of(notifications), channels));
        Optional<Templates> words = orFaults(faults, () -> TemplateFiles.read(templates.isEmpty() ? null : Path.of(templates)));
        Optional<String> sender = orFaults(faults, () -> sender(text(settings, "slipway.mail.from")));
        Optional<DecideLink> link = orFaults(faults, () -> DecideLink.at(text(settings, "slipway.change-url")));
        if (!faults.isEmpty()) {
            throw new Misconfigured(faults);
        }
        return new Setup(routing.orElseThrow(), words.orElseThrow(), sender.orElseThrow(), link.orElseThrow(), slack);
    }

    /// It is a part of every Message-ID and calendar entry.
    ///
    /// @throws Misconfigured when it is more than an address
    static String sender(String from) {
        if (!Routing.isAddress(from)) {
            throw new Misconfigured(List.of("slipway.mail.from: '" + from + "' is no address such as slipway@example.org, without a name beside it"));
        }
        return from;
    }

    private static Slack slack(Environment settings, List<String> faults) {
        Optional<SecretFile> token = secret(settings, "slipway.slack.token-file", SecretFile::read, faults);
        Optional<SecretFile> signing = secret(settings, "slipway.slack.signing-secret-file", SecretFile::key, faults);
        return new Slack(api(settings, faults), token, signing, pace(settings, faults));
    }

    private static URI api(Environment settings, List<String> faults) {
        String api = text(settings, "slipway.slack.api");
        try {
            URI uri = URI.create(api);
            Outside.fault(uri).ifPresent(fault -> faults.add("slipway.slack.api: " + Outside.shown(api) + " " + fault));
            return uri;
        } catch (IllegalArgumentException _) {
            faults.add("slipway.slack.api: " + Outside.shown(api) + " is no URL such as https://example.org/path");
            return URI.create("");
        }
    }

    private static Duration pace(Environment settings, List<String> faults) {
        String pace = text(settings, "slipway.slack.pace");
        try {
            Duration parsed = DurationStyle.detectAndParse(pace);
            if (parsed.isPositive()) {
                return parsed;
            }
        } catch (IllegalArgumentException _) {
            // It is told below, as what is not positive is.
        }
        faults.add("slipway.slack.pace: '" + pace + "' is no time between two messages such as 1s or PT1S");
        return Duration.ZERO;
    }

    /// How what is in it is looked at.
    @FunctionalInterface
    private interface Look {

        Object at(SecretFile file) throws IOException;
    }

    /// @return empty: the setting names none
    private static Optional<SecretFile> secret(Environment settings, String name, Look look, List<String> faults) {
        String text = text(settings, name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        SecretFile file = new SecretFile(Path.of(text));
        try {
            look.at(file);
        } catch (IOException e) {
            faults.add(name + ": " + Outside.words(e));
        }
        return Optional.of(file);
    }

    /// @return empty: it has faults
    private static <T> Optional<T> orFaults(List<String> faults, Supplier<T> read) {
        try {
            return Optional.of(read.get());
        } catch (Misconfigured e) {
            faults.addAll(e.faults());
            return Optional.empty();
        }
    }

    private static String text(Environment settings, String name) {
        @Nullable String text = settings.getProperty(name);
        return text == null ? "" : text.strip();
    }
}
