package slipway.audit.transparency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NoteTest {

    /// The example in the documentation of Go's golang.org/x/mod/sumdb/note.
    private static final String NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    private static final String TEXT =
            """
            If you think cryptography is the answer to your problem,
            then you don't know what your problem is.
            """;

    private static final String SIGNED = TEXT
            + """

            — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
            """;

    @Test
    void what_others_signed_is_read() {
        VerifyingKey key = VerifyingKey.parse(NEUMANN);
        assertThat(key).hasToString(NEUMANN);
        assertThat(Note.open(SIGNED, key)).isEqualTo(TEXT);
    }

    @Test
    void what_was_signed_here_is_read_beside_the_signatures_of_others() {
        SigningKey key = SigningKey.parse(SigningKey.generate("slipway.example/log"));
        String note = Note.sign(TEXT, key);
        assertThat(Note.open(note, key.verifying())).isEqualTo(TEXT);
        String witnessed = note + SIGNED.substring(SIGNED.indexOf("— "));
        assertThat(Note.open(witnessed, key.verifying())).isEqualTo(TEXT);
        assertThat(Note.open(witnessed, VerifyingKey.parse(NEUMANN))).isEqualTo(TEXT);
    }

    @Test
    void what_is_touched_or_signed_by_somebody_else_is_told_apart() {
        VerifyingKey key = VerifyingKey.parse(NEUMANN);
        assertThatThrownBy(() -> Note.open(SIGNED.replace("answer", "problem"), key)).hasMessage("the signature of PeterNeumann is false");
        VerifyingKey namesake = SigningKey.parse(SigningKey.generate("PeterNeumann")).verifying();
        assertThatThrownBy(() -> Note.open(SIGNED, namesake)).hasMessage("it is not signed by PeterNeumann");
        assertThatThrownBy(() -> Note.open(TEXT, key)).hasMessageStartingWith("no signed note");
        assertThatThrownBy(() -> Note.open(TEXT + "\nPeterNeumann\n", key)).hasMessage("'PeterNeumann' is no signature");
        assertThatThrownBy(() -> Note.sign("no end", SigningKey.parse(SigningKey.generate("a")))).hasMessageContaining("line break");
    }

    @Test
    void keys_that_are_none_are_refused_and_secrets_are_not_told() {
        assertThatThrownBy(() -> VerifyingKey.parse(NEUMANN.replace("c74f20a3", "c74f20a4")))
                .hasMessage("the id of PeterNeumann is not that of its key");
        assertThatThrownBy(() -> VerifyingKey.parse("PeterNeumann+c74f20a3+AQ==")).hasMessage("the key of PeterNeumann is none of Ed25519");
        assertThatThrownBy(() -> VerifyingKey.parse("PeterNeumann")).hasMessage("a verifying key is name+id+key");
        assertThatThrownBy(() -> SigningKey.generate("two words")).hasMessageContaining("no name of a key");
        String one = SigningKey.generate("a");
        String other = SigningKey.generate("a");
        String mixed = one.split(" ")[0] + " " + other.split(" ")[1];
        assertThatThrownBy(() -> SigningKey.parse(mixed)).hasMessage("no signing key: it has to be as it was generated");
        assertThatThrownBy(() -> SigningKey.parse("secret word")).hasMessageNotContaining("word").hasNoCause();
    }

    @Test
    void a_checkpoint_is_three_lines() {
        Checkpoint checkpoint = new Checkpoint("slipway.example/log", 0, Hash.EMPTY);
        assertThat(checkpoint.text()).isEqualTo("slipway.example/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
        assertThat(Checkpoint.parse(checkpoint.text())).isEqualTo(checkpoint);
        assertThat(Checkpoint.parse(checkpoint.text() + "an extension\n")).isEqualTo(checkpoint);
        for (String none : new String[] {"", "a\n1\n", "a\n01\n" + Hash.EMPTY + "\n", "a\n1\nshort\n", "a\n-1\n" + Hash.EMPTY + "\n"}) {
            assertThatThrownBy(() -> Checkpoint.parse(none)).as(none).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
