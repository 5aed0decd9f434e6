package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import slipway.events.change.ChangeCancelled;
import slipway.notification.Channel.Delivery.Delivered;
import slipway.notification.Channel.Delivery.Undeliverable;
import slipway.notification.Channel.To;

class MailChannelTest {

    private static final To TO = new To("cab", "aki", "aki@x.org", "", false);

    @Test
    void a_mail_reaches_its_address() throws Exception {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        try {
            MailChannel channel = channel(server.getSmtp().getPort());

            assertThat(channel.send(Samples.message(), TO, () -> {})).isEqualTo(new Delivered("<NTF-fact-1-cab@slipway.test>"));

            assertThat(server.getReceivedMessages()).singleElement().satisfies(mail -> {
                assertThat(mail.getMessageID()).isEqualTo("<NTF-fact-1-cab@slipway.test>");
                assertThat(mail.getSubject()).isEqualTo("[CHG-7] approval needed: peer");
                assertThat(part(mail, "text/plain")).contains("2 approval(s) needed from: aki, sam.").doesNotContain("<p>");
                assertThat(part(mail, "text/html")).contains("<p>2 approval(s) needed from: aki, sam.</p>");
                assertThat(part(mail, "text/calendar")).isEmpty();
                assertThat(mail.getRecipients(RecipientType.TO))
                        .extracting(Object::toString)
                        .containsExactly("aki@x.org");
                assertThat(mail.getHeader("References")).containsExactly("<CHG-7@slipway.test>");
                assertThat(mail.getHeader("In-Reply-To")).containsExactly("<CHG-7@slipway.test>");
                assertThat(mail.getHeader("X-Slipway-Fact")).containsExactly("fact-1");
            });
        } finally {
            server.stop();
        }
    }

    @Test
    void the_mails_of_a_story_are_one_thread() throws Exception {
        try (MailInbox inbox = new MailInbox()) {
            inbox.channel(Optional.of("<NTF-1@slipway.test>")).send(Samples.message(), TO, () -> {});

            assertThat(inbox.last().getHeader("In-Reply-To")).containsExactly("<NTF-1@slipway.test>");
            assertThat(inbox.last().getHeader("References")).containsExactly("<CHG-7@slipway.test> <NTF-1@slipway.test>");
        }
    }

    @Test
    void a_repeat_does_not_answer_itself() throws Exception {
        try (MailInbox inbox = new MailInbox()) {
            inbox.channel(Optional.of("<NTF-fact-1-cab@slipway.test>")).send(Samples.message(), TO, () -> {});

            assertThat(inbox.last().getHeader("In-Reply-To")).containsExactly("<CHG-7@slipway.test>");
        }
    }

    @Test
    void other_peoples_text_is_no_markup() throws Exception {
        try (MailInbox inbox = new MailInbox()) {
            inbox.channel(Optional.empty()).send(
                    Samples.message("NTF-1", List.of(new ChangeCancelled(Samples.meta(), "<b>eve</b>", "<img src=x onerror=alert(1)> & \"more\""))), TO, () -> {});

            assertThat(part(inbox.last(), "text/html"))
                    .contains("cancelled by &lt;b&gt;eve&lt;/b&gt;", "&lt;img src=x onerror=alert(1)&gt; &amp; &quot;more&quot;")
                    .doesNotContain("<img", "<b>");
            assertThat(part(inbox.last(), "text/plain")).contains("<img src=x onerror=alert(1)> & \"more\"");
        }
    }

    @Test
    void a_repeat_after_a_crash_carries_the_same_message_id() throws Exception {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        try {
            channel(server.getSmtp().getPort()).send(Samples.message(), TO, () -> {});
            channel(server.getSmtp().getPort()).send(Samples.message(), TO, () -> {});

            MimeMessage[] mails = server.getReceivedMessages();
            assertThat(mails).hasSize(2);
            assertThat(mails[0].getMessageID()).isEqualTo(mails[1].getMessageID());
        } finally {
            server.stop();
        }
    }

    @Test
    void an_address_that_the_server_does_not_know_is_a_failure_for_good() throws Exception {
        try (Answering server = new Answering("RCPT", "550 5.1.1 no such user")) {
            assertThat(channel(server.port()).send(Samples.message(), TO, () -> {}))
                    .isInstanceOfSatisfying(Undeliverable.class, failure -> assertThat(failure.reason())
                            .contains("550 5.1.1 no such user", "aki@x.org"));
        }
    }

    @Test
    void a_mail_that_the_server_refuses_is_a_failure_for_good() throws Exception {
        try (Answering server = new Answering("DATA", "554 5.7.1 refused as spam")) {
            assertThat(channel(server.port()).send(Samples.message(), TO, () -> {}))
                    .isInstanceOfSatisfying(
                            Undeliverable.class, failure -> assertThat(failure.reason()).contains("refused as spam"));
        }
    }

    @Test
    void a_server_that_is_busy_or_wants_another_account_is_tried_again() throws Exception {
        for (String reply : List.of("451 4.3.0 try later", "530 5.7.0 authentication required")) {
            try (Answering server = new Answering("MAIL", reply)) {
                assertThatThrownBy(() -> channel(server.port()).send(Samples.message(), TO, () -> {}))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining(reply.substring(0, 3));
            }
        }
        try (Answering server = new Answering("RCPT", "450 4.2.0 greylisted")) {
            assertThatThrownBy(() -> channel(server.port()).send(Samples.message(), TO, () -> {}))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_server_that_is_down_is_tried_again() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0)) {
            port = closed.getLocalPort();
        }
        assertThatThrownBy(() -> channel(port).send(Samples.message(), TO, () -> {})).isInstanceOf(IOException.class);
    }

    private static MailChannel channel(int port) {
        return channel(port, Optional.empty());
    }

    static MailChannel channel(int port, Optional<String> earlier) {
        return channel(port, earlier, Optional.empty());
    }

    static MailChannel channel(int port, Optional<String> earlier, Optional<MailChannel.Entry> entry) {
        JavaMailSenderImpl sender = new JavaMailSenderImpl();
        sender.setHost("127.0.0.1");
        sender.setPort(port);
        return new MailChannel(sender, "changes@slipway.test", new MailChannel.Earlier() {
            @Override
            public Optional<String> mail(To to, String story) {
                return earlier;
            }

            @Override
            public Optional<MailChannel.Entry> entry(To to, String story) {
                return entry;
            }
        }, Samples.TEMPLATES, new Bulkhead(1));
    }

    /// The text of the parts of a type, however deep; empty: there is none.
    static String part(Part part, String type) throws Exception {
        if (part.getContent() instanceof Multipart parts) {
            StringBuilder texts = new StringBuilder();
            for (int i = 0; i < parts.getCount(); i++) {
                texts.append(part(parts.getBodyPart(i), type));
            }
            return texts.toString();
        }
        return part.isMimeType(type) ? new String(part.getInputStream().readAllBytes(), StandardCharsets.UTF_8) : "";
    }

    /// A mail server that answers one verb as told, and everything else well.
    private static final class Answering implements AutoCloseable {

        private final ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());

        Answering(String verb, String reply) throws IOException {
            Thread.ofVirtual().start(() -> {
                try (Socket client = socket.accept()) {
                    serve(client, verb, reply);
                } catch (IOException e) {
                    if (!socket.isClosed()) {
                        throw new UncheckedIOException(e);
                    }
                }
            });
        }

        int port() {
            return socket.getLocalPort();
        }

        private static void serve(Socket client, String verb, String reply) throws IOException {
            var in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            say(client, "220 ready");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                say(client, line.startsWith(verb) ? reply : line.startsWith("QUIT") ? "221 bye" : "250 fine");
            }
        }

        private static void say(Socket client, String line) throws IOException {
            client.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
