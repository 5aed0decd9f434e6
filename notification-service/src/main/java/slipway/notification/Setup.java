package slipway.notification;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
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
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;
import slipway.messaging.Misconfigured;

/// The files and settings that people write for this service, read together before it starts: whatever is wrong with any of them is told at once.
///
/// @param routing who is told of what
/// @param templates the words for it
/// @param sender of every mail
/// @param link to the page on which people vote
record Setup(Routing routing, Templates templates, String sender, DecideLink link) {

    private static final Logger LOG = LoggerFactory.getLogger(Setup.class);

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
        String token = text(settings, "slipway.slack.token-file");
        slack(settings, token, faults);
        Set<String> channels = new HashSet<>(Set.of(Receiver.EMAIL));
        if (!token.isEmpty()) {
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
        return new Setup(routing.orElseThrow(), words.orElseThrow(), sender.orElseThrow(), link.orElseThrow());
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

    private static void slack(Environment settings, String token, List<String> faults) {
        String secret = text(settings, "slipway.slack.signing-secret-file");
        if (!secret.isEmpty()) {
            read(() -> new SigningSecret(Path.of(secret)).read()).ifPresent(fault -> faults.add("slipway.slack.signing-secret-file: " + fault));
        }
        if (!token.isEmpty()) {
            read(() -> SlackApi.token(Path.of(token))).ifPresent(fault -> faults.add("slipway.slack.token-file: " + fault));
            String api = text(settings, "slipway.slack.api");
            try {
                Outside.fault(URI.create(api)).ifPresent(fault -> faults.add("slipway.slack.api: " + Outside.shown(api) + " " + fault));
            } catch (IllegalArgumentException _) {
                faults.add("slipway.slack.api: " + Outside.shown(api) + " is no URL such as https://example.org/path");
            }
        }
    }

    /// What a file has to hold.
    @FunctionalInterface
    private interface Held {

        Object read() throws IOException;
    }

    /// @return the fault; empty: it can be used
    private static Optional<String> read(Held file) {
        try {
            file.read();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(Outside.words(e));
        }
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
