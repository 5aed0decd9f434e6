package slipway.launcher;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/// What a person sees: on a terminal colours and a footer that tells what is waited for; in a pipe plain lines.
public final class Screen implements AutoCloseable {

    public enum Tone {
        PLAIN(""),
        QUIET("2"),
        GOOD("32"),
        BAD("31"),
        HEADING("1");

        private final String code;

        Tone(String code) {
            this.code = code;
        }
    }

    private static final String ERASE = "\r\u001b[K";

    /// A footer that goes on in a second line could not be erased.
    private static final int FOOTER = 68;

    private final PrintStream out;
    private final boolean terminal;
    private final Instant since = Instant.now();
    private String footer = "";
    private boolean open = true;

    public Screen(PrintStream out) {
        this.out = out;
        this.terminal = System.console() != null
                && System.console().isTerminal()
                && !"dumb".equals(System.getenv("TERM"))
                && System.getenv("NO_COLOR") == null;
        if (terminal) {
            Thread.ofVirtual().name("footer").start(this::refresh);
        }
    }

    public void line(String text) {
        line(Tone.PLAIN, text);
    }

    public synchronized void line(Tone tone, String written) {
        String text = Visible.lines(written);
        String stamped = terminal && !tone.code.isEmpty() ? "\u001b[" + tone.code + "m" + text + "\u001b[0m" : text;
        out.print((terminal ? ERASE : "") + stamped + System.lineSeparator());
        draw();
    }

    /// A line with the time since the start.
    public void timed(Tone tone, String text) {
        line(tone, elapsed() + "  " + text);
    }

    /// A line where there is no footer.
    public void plain(String text) {
        if (!terminal) {
            timed(Tone.PLAIN, text);
        }
    }

    /// What is waited for.
    public synchronized void waiting(String forWhat) {
        String text = Visible.line(forWhat);
        footer = text.length() <= FOOTER ? text : text.substring(0, FOOTER - 1) + "…";
        draw();
    }

    public String elapsed() {
        Duration elapsed = Duration.between(since, Instant.now());
        return String.format(
                Locale.ROOT, "%02d:%04.1f", elapsed.toMinutes(), elapsed.toMillis() % 60_000 / 1000.0);
    }

    private synchronized void draw() {
        if (terminal && open && !footer.isEmpty()) {
            out.print(ERASE + "\u001b[36m" + elapsed() + "  … " + footer + "\u001b[0m");
        }
        out.flush();
    }

    private void refresh() {
        while (open) {
            draw();
            try {
                Thread.sleep(Duration.ofMillis(250));
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Override
    public synchronized void close() {
        open = false;
        if (terminal) {
            out.print(ERASE);
            out.flush();
        }
    }
}
