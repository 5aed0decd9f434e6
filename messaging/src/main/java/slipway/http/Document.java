package slipway.http;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.HttpMessageNotWritableException;

/// A body that is kept or read as it was written, such as a policy or a calendar: at most 512 KiB, and of a larger one only so much
/// is read that it is seen to be.
public record Document(byte[] bytes) {

    static final class Reader implements HttpMessageConverter<Document> {

        @Override
        public boolean canRead(Class<?> type, @Nullable MediaType mediaType) {
            return type == Document.class;
        }

        @Override
        public Document read(Class<? extends Document> type, HttpInputMessage message) throws IOException {
            byte[] bytes = message.getBody().readNBytes(Form.LARGEST + 1);
            if (bytes.length == 0) {
                throw Refusal.malformed(List.of("the body is empty"));
            }
            if (bytes.length > Form.LARGEST) {
                throw Refusal.malformed(List.of("the body is larger than " + Form.LARGEST + " bytes"));
            }
            return new Document(bytes);
        }

        @Override
        public boolean canWrite(Class<?> type, @Nullable MediaType mediaType) {
            return false;
        }

        @Override
        public void write(Document document, @Nullable MediaType mediaType, HttpOutputMessage message) {
            throw new HttpMessageNotWritableException("documents are only read");
        }

        @Override
        public List<MediaType> getSupportedMediaTypes() {
            return List.of(MediaType.ALL);
        }

        @Override
        public List<MediaType> getSupportedMediaTypes(Class<?> type) {
            return type == Document.class ? List.of(MediaType.ALL) : List.of();
        }
    }
}
