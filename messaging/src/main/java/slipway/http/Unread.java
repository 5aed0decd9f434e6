package slipway.http;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;

/// Why a body cannot be read, in plain words: the readers of JSON and YAML also tell of their own switches and classes, which nobody
/// has who only sends something.
final class Unread {

    private static final int SOME = 8192;
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private record Plain(Pattern said, String words) {

        Plain(String said, String words) {
            this(Pattern.compile(said), words);
        }
    }

    private static final List<Plain> PLAIN = List.of(
            new Plain("^Trailing token .*", "there is more than one document"),
            new Plain("^Non-standard token '([^']*)'.*", "$1 is no number here"),
            new Plain("^Malformed numeric value '([^':]*).*", "$1 is no number here"),
            new Plain("^Unexpected end-of-input.*", "it ends too early"),
            new Plain("^Version\\{major=(\\d+), minor=(\\d+)}$", "YAML $1.$2 is not understood here"),
            new Plain(": enable `.*| \\(not recognized as one since .*", ""));

    private Unread() {}

    /// What the readers get: of bytes each would say in its own way what it stumbled over.
    ///
    /// @throws Refusal 400, with line and column, when it is no UTF-8
    static String text(byte[] body) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer bytes = ByteBuffer.wrap(body);
        CharBuffer some = CharBuffer.allocate(SOME);
        CoderResult result = decoder.decode(bytes, some, true);
        while (result.isOverflow()) {
            some.clear();
            result = decoder.decode(bytes, some, true);
        }
        if (result.isError()) {
            String before = new String(body, 0, bytes.position(), StandardCharsets.UTF_8);
            long line = before.chars().filter(each -> each == '\n').count() + 1;
            throw Refusal.malformed(List.of(where(line, before.length() - before.lastIndexOf('\n')) + "it is no UTF-8"));
        }
        String text = new String(body, StandardCharsets.UTF_8);
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }

    /// For SnakeYAML Engine, up to 3.0.1 at least: where its buffer is filled to the end and that is the first half of an emoji, it reads the
    /// other half beyond the end. So it is never filled.
    static Reader reader(String text) {
        return new StringReader(text) {
            @Override
            public int read(char[] buffer, int from, int most) throws IOException {
                return super.read(buffer, from, most > 1 ? most - 1 : most);
            }
        };
    }

    static Refusal refusal(JacksonException fault) {
        TokenStreamLocation at = fault.getLocation();
        String said = String.valueOf(fault.getOriginalMessage()).lines().findFirst().orElse("cannot be read");
        return Refusal.malformed(List.of(
                (at == null || at.getLineNr() < 1 ? "" : where(at.getLineNr(), at.getColumnNr())) + words(said)));
    }

    private static String words(String said) {
        return PLAIN.stream()
                .filter(each -> each.said().matcher(said).find())
                .findFirst()
                .map(each -> each.said().matcher(said).replaceFirst(each.words()))
                .orElse(said);
    }

    private static String where(long line, long column) {
        return "line " + line + ", column " + column + ": ";
    }
}
