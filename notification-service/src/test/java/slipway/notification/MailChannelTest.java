package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Message.RecipientType;
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
import org.junit.jupiter.api.Test;
import org.springframework.mail.javamail.JavaMailSenderImpl;
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

            assertThat(channel.send(Samples.message(), TO)).isEqualTo(new Delivered("<NTF-fact-1-cab@slipway.test>"));

            assertThat(server.getReceivedMessages()).singleElement().satisfies(mail -> {
                assertThat(mail.getMessageID()).isEqualTo("<NTF-fact-1-cab@slipway.test>");
                assertThat(mail.getSubject()).isEqualTo("[CHG-7] approval needed: peer");
                assertThat(mail.getContent().toString()).contains("2 approval(s) needed from: aki, sam.");
                assertThat(mail.getRecipients(RecipientType.TO))
                        .extracting(Object::toString)
                        .containsExactly("aki@x.org");
                assertThat(mail.getHeader("References")).containsExactly("<CHG-7@slipway.test>");
                assertThat(mail.getHeader("X-Slipway-Fact")).containsExactly("fact-1");
            });
        } finally {
            server.stop();
        }
    }

    @Test
    void a_repeat_after_a_crash_carries_the_same_message_id() throws Exception {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        try {
            channel(server.getSmtp().getPort()).send(Samples.message(), TO);
            channel(server.getSmtp().getPort()).send(Samples.message(), TO);

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
            assertThat(channel(server.port()).send(Samples.message(), TO))
                    .isInstanceOfSatisfying(Undeliverable.class, failure -> assertThat(failure.reason())
                            .contains("550 5.1.1 no such user", "aki@x.org"));
        }
    }

    @Test
    void a_mail_that_the_server_refuses_is_a_failure_for_good() throws Exception {
        try (Answering server = new Answering("DATA", "554 5.7.1 refused as spam")) {
            assertThat(channel(server.port()).send(Samples.message(), TO))
                    .isInstanceOfSatisfying(
                            Undeliverable.class, failure -> assertThat(failure.reason()).contains("refused as spam"));
        }
    }

    @Test
    void a_server_that_is_busy_or_wants_another_account_is_tried_again() throws Exception {
        for (String reply : List.of("451 4.3.0 try later", "530 5.7.0 authentication required")) {
            try (Answering server = new Answering("MAIL", reply)) {
                assertThatThrownBy(() -> channel(server.port()).send(Samples.message(), TO))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining(reply.substring(0, 3));
            }
        }
        try (Answering server = new Answering("RCPT", "450 4.2.0 greylisted")) {
            assertThatThrownBy(() -> channel(server.port()).send(Samples.message(), TO))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_server_that_is_down_is_tried_again() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0)) {
            port = closed.getLocalPort();
        }
        assertThatThrownBy(() -> channel(port).send(Samples.message(), TO)).isInstanceOf(IOException.class);
    }

    private static MailChannel channel(int port) {
        JavaMailSenderImpl sender = new JavaMailSenderImpl();
        sender.setHost("127.0.0.1");
        sender.setPort(port);
        return new MailChannel(sender, "changes@slipway.test");
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
