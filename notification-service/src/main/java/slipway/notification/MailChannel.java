package slipway.notification;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.jspecify.annotations.Nullable;
import org.springframework.mail.MailException;
import org.springframework.mail.MailSendException;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.MimeMessageHelper;
import slipway.messaging.NotYet;

/// E-mail by SMTP, to one address each: as text and as HTML, those of a story in one thread, and a window that was given or taken with an
/// entry for the calendar.
///
/// The Message-ID is made of the notification's id: a repeat after a crash carries the same one, and mail stores that
/// know it (most do) show the mail once.
final class MailChannel implements Channel {

    /// 5xx replies (RFC 5321, RFC 4954) that speak of this service's account or TLS, not of the mail: an operator mends
    /// them.
    private static final Set<Integer> ACCOUNT = Set.of(530, 534, 535, 538);

    private final JavaMailSender sender;
    private final String from;
    private final Earlier earlier;
    private final Templates templates;
    private final Bulkhead servers;

    /// What somebody was sent before.
    interface Earlier {

        /// @return Message-ID of the last mail to them of that story, and of no other; empty: it is the first
        Optional<String> mail(To to, String story);

        /// @return which window of that story is in their calendar; empty: none
        Optional<Entry> entry(To to, String story);
    }

    /// @param span null: not known any more
    record Entry(Appointment.@Nullable Span span) {}

    /// @param from the sender's address
    /// @param templates the layout of the mail; nothing that others wrote is markup in it
    MailChannel(JavaMailSender sender, String from, Earlier earlier, Templates templates, Bulkhead servers) {
        this.sender = sender;
        this.from = from;
        this.earlier = earlier;
        this.templates = templates;
        this.servers = servers;
    }

    @Override
    public Delivery send(Message message, To to, Attempt attempt) throws IOException, NotYet {
        String domain = from.substring(from.lastIndexOf('@') + 1);
        String id = "<" + atoms(message.id()) + "@" + domain + ">";
        MimeMessage mail;
        try {
            mail = mail(message, to, id, domain);
        } catch (MailException | MessagingException e) {
            throw new IOException("the mail cannot be written now: " + e.getMessage(), e);
        }
        return servers.ask("the mail server", attempt, () -> deliver(mail, id));
    }

    private MimeMessage mail(Message message, To to, String id, String domain) throws MessagingException {
        MimeMessage mail = sender.createMimeMessage();
        MimeMessageHelper helper = new MimeMessageHelper(mail, MimeMessageHelper.MULTIPART_MODE_MIXED, "UTF-8");
        helper.setFrom(from);
        helper.setTo(to.address());
        helper.setSubject(message.subject());
        helper.setText(templates.text(message), templates.html(message));
        for (Appointment appointment : appointments(message, to)) {
            helper.addAttachment(
                    atoms(appointment.story()) + ".ics",
                    new ByteArrayDataSource(appointment.calendar(from), appointment.contentType()));
        }
        mail.setHeader("Message-ID", id);
        if (message.isOneStory()) {
            thread(mail, message, to, id, domain);
        }
        // Vacation robots keep quiet (RFC 3834).
        mail.setHeader("Auto-Submitted", "auto-generated");
        mail.setHeader("X-Slipway-Fact", message.factId());
        return mail;
    }

    private Delivery deliver(MimeMessage mail, String id) throws IOException {
        try {
            sender.send(mail);
            return new Delivery.Delivered(id);
        } catch (MailSendException e) {
            String refusal = refusal(e.getFailedMessages().isEmpty() ? List.of(e) : e.getFailedMessages().values());
            if (refusal != null) {
                return new Delivery.Undeliverable(refusal);
            }
            throw new IOException("the mail server does not take the mail now: " + e.getMessage(), e);
        } catch (MailException e) {
            throw new IOException("the mail cannot be sent now: " + e.getMessage(), e);
        }
    }

    /// Mail programs show what belongs to one story as one thread. Its root is no mail, as nobody gets every one of them. What is told of several stories
    /// is in none: otherwise it would bind them together.
    private void thread(MimeMessage mail, Message message, To to, String id, String domain) throws MessagingException {
        String root = "<" + atoms(message.changeId()) + "@" + domain + ">";
        Optional<String> last = earlier.mail(to, message.changeId()).filter(each -> !each.equals(id));
        mail.setHeader("References", last.map(each -> root + " " + each).orElse(root));
        mail.setHeader("In-Reply-To", last.orElse(root));
    }

    /// The newest of each story: what was before it no longer holds. What nobody has is not taken away.
    private List<Appointment> appointments(Message message, To to) {
        Map<String, Appointment> newest = new LinkedHashMap<>();
        message.parts().stream()
                .map(Message.Part::appointment)
                .filter(Objects::nonNull)
                .forEach(each -> newest.put(each.story(), each));
        return newest.values().stream()
                .flatMap(each -> each.holds()
                        ? Stream.of(each)
                        : earlier.entry(to, each.story()).map(entry -> each.within(entry.span())).stream())
                .toList();
    }

    /// What a Message-ID may consist of (RFC 5322): what is not, as its number.
    private static String atoms(String id) {
        StringBuilder atoms = new StringBuilder();
        id.chars().forEach(each -> {
            if (each < 128 && (Character.isLetterOrDigit(each) || each == '-' || each == '_')) {
                atoms.append((char) each);
            } else {
                atoms.append('=').append(Integer.toHexString(each));
            }
        });
        return atoms.toString();
    }

    /// The server's replies that refuse this mail for good, or null when there are none.
    private static @Nullable String refusal(Collection<? extends Throwable> failures) {
        List<String> refusals = new ArrayList<>();
        Map<Throwable, Boolean> seen = new IdentityHashMap<>();
        List<Throwable> open = new ArrayList<>(failures);
        while (!open.isEmpty()) {
            Throwable failure = open.removeLast();
            if (failure == null || seen.put(failure, true) != null) {
                continue;
            }
            int reply =
                    switch (failure) {
                        case SMTPAddressFailedException it -> it.getReturnCode();
                        case SMTPSenderFailedException it -> it.getReturnCode();
                        case SMTPSendFailedException it -> it.getReturnCode();
                        default -> 0;
                    };
            if (reply >= 500 && !ACCOUNT.contains(reply)) {
                String said = String.valueOf(failure.getMessage()).strip();
                refusals.add(failure instanceof SMTPAddressFailedException it ? it.getAddress() + ": " + said : said);
            }
            open.add(failure.getCause());
            if (failure instanceof MessagingException chained) {
                open.add(chained.getNextException());
            }
        }
        return refusals.isEmpty() ? null : String.join("; ", refusals);
    }
}
