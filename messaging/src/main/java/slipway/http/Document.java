package slipway.http;

import java.util.List;

/// A body that is kept or read as it was written, such as a policy or a calendar: at most 512 KiB, and of a larger one only so much
/// is read that it is seen to be.
public record Document(byte[] bytes) {

    /// @throws Refusal 400 when there is nothing, or too much
    static Document read(byte[] bytes) {
        if (bytes.length == 0) {
            throw Refusal.malformed(List.of("the body is empty"));
        }
        if (bytes.length > Body.LARGEST) {
            throw Refusal.malformed(List.of("the body is larger than " + Body.LARGEST + " bytes"));
        }
        return new Document(bytes);
    }
}
