package slipway.http;

import java.io.IOException;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.HttpMessageNotWritableException;

/// Gives a controller the body as a form, or as it was written; what is of no readable type is answered by 415.
///
/// @param <T> kind of form
final class FormReader<T> implements HttpMessageConverter<T> {

    static final List<MediaType> FORMS = List.of(
            MediaType.APPLICATION_JSON,
            Form.YAML,
            MediaType.valueOf("application/x-yaml"),
            MediaType.valueOf("text/yaml"),
            MediaType.valueOf("text/x-yaml"));

    private final Class<T> kind;
    private final List<MediaType> readable;
    private final int largest;
    private final BiFunction<byte[], MediaType, T> read;

    /// @param largest body in bytes; of a larger one only so much is read that it is seen to be
    FormReader(Class<T> kind, List<MediaType> readable, int largest, BiFunction<byte[], MediaType, T> read) {
        this.kind = kind;
        this.readable = readable;
        this.largest = largest;
        this.read = read;
    }

    @Override
    public boolean canRead(Class<?> type, @Nullable MediaType mediaType) {
        return type == kind && mediaType != null && readable.stream().anyMatch(each -> each.includes(mediaType));
    }

    @Override
    public T read(Class<? extends T> type, HttpInputMessage message) throws IOException {
        MediaType mediaType = message.getHeaders().getContentType();
        return read.apply(
                message.getBody().readNBytes(largest + 1), mediaType == null ? MediaType.APPLICATION_JSON : mediaType);
    }

    @Override
    public boolean canWrite(Class<?> type, @Nullable MediaType mediaType) {
        return false;
    }

    @Override
    public void write(T form, @Nullable MediaType mediaType, HttpOutputMessage message) {
        throw new HttpMessageNotWritableException("forms are only read");
    }

    @Override
    public List<MediaType> getSupportedMediaTypes() {
        return readable;
    }

    @Override
    public List<MediaType> getSupportedMediaTypes(Class<?> type) {
        return type == kind ? readable : List.of();
    }
}
