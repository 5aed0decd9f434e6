package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class VisibleTest {

    @Test
    void what_others_wrote_neither_moves_the_cursor_nor_turns_the_text_around() {
        assertThat(Visible.line("up\u001b[2K\u009b1Adown")).isEqualTo("up\\u{1b}[2K\\u{9b}1Adown");
        assertThat(Visible.line("one\ntwo\r\tthree")).isEqualTo("one\\ntwo\\r\\tthree");
        assertThat(Visible.line("a\u202eb\u2066c\u2028d")).isEqualTo("a\\u{202e}b\\u{2066}c\\u{2028}d");
        assertThat(Visible.lines("one\n\ttwo\u0007")).isEqualTo("one\n\ttwo\\u{7}");
        assertThat(Visible.line("Grüße, 在庫, 📦")).isEqualTo("Grüße, 在庫, 📦");
    }

    @Test
    void a_cell_of_a_table_is_one_line() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            new Table("ID", "TITLE").row("CHG-1", "fine\nCHG-2  approved\u001b[1A").print();
        } finally {
            System.setOut(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8).lines()).hasSize(2);
        assertThat(printed.toString(StandardCharsets.UTF_8)).doesNotContain("\u001b");
    }
}
