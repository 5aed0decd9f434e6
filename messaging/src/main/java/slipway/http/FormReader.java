package slipway.http;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.HttpMessageNotWritableException;

/// Gives a controller the body as a `Form`; whatever is neither JSON nor YAML is answered by 415.
final class FormReader implements HttpMessageConverter<Form> {

    private static final List<MediaType> READABLE = List.of(
            MediaType.APPLICATION_JSON,
            Form.YAML,
            MediaType.valueOf("application/x-yaml"),
            MediaType.valueOf("text/yaml"),
            MediaType.valueOf("text/x-yaml"));

    @Override
    public boolean canRead(Class<?> type, @Nullable MediaType mediaType) {
        return type == Form.class && mediaType != null && READABLE.stream().anyMatch(each -> each.includes(mediaType));
    }

    @Override
    public Form read(Class<? extends Form> type, HttpInputMessage message) throws IOException {
        MediaType mediaType = message.getHeaders().getContentType();
        return Form.read(message.getBody().readAllBytes(), mediaType == null ? MediaType.APPLICATION_JSON : mediaType);
    }

    @Override
    public boolean canWrite(Class<?> type, @Nullable MediaType mediaType) {
        return false;
    }

    @Override
    public void write(Form form, @Nullable MediaType mediaType, HttpOutputMessage message) {
        throw new HttpMessageNotWritableException("forms are only read");
    }

    @Override
    public List<MediaType> getSupportedMediaTypes() {
        return READABLE;
    }

    @Override
    public List<MediaType> getSupportedMediaTypes(Class<?> type) {
        return type == Form.class ? READABLE : List.of();
    }
}
