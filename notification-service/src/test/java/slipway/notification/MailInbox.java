package slipway.notification;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.util.Optional;

/// A mail server that takes everything.
final class MailInbox implements AutoCloseable {

    private final GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

    MailInbox() {
        server.start();
    }

    MailChannel channel(Optional<String> earlier) {
        return MailChannelTest.channel(server.getSmtp().getPort(), earlier);
    }

    /// To somebody whose calendar has that window.
    MailChannel channel(MailChannel.Entry entry) {
        return MailChannelTest.channel(server.getSmtp().getPort(), Optional.empty(), Optional.of(entry));
    }

    MimeMessage last() {
        return server.getReceivedMessages()[server.getReceivedMessages().length - 1];
    }

    @Override
    public void close() {
        server.stop();
    }
}
