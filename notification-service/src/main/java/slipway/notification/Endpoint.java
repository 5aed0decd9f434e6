package slipway.notification;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a system is told of facts, as the routing file calls it. What lets us in there is in files, read anew for each message.
///
/// @param channel `webhook`, `slack-webhook`, `teams`, `pagerduty`, `grafana` or `cdevents`
/// @param url null: it is in the file, as it is a secret itself
/// @param urlFile null: it is no secret
/// @param secretFiles of several, each is used: one takes the place of the other
record Endpoint(String name, String channel, @Nullable URI url, @Nullable Path urlFile, List<Path> secretFiles) {

    /// @throws IOException when it cannot be read, or is none; its text does not have it
    URI address() throws IOException {
        if (url != null) {
            return url;
        }
        String text = urlFile == null ? "" : Files.readString(urlFile).strip();
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException _) {
            throw new IOException("what is in " + urlFile + " is no URL");
        }
        var fault = Outside.fault(uri);
        if (fault.isPresent()) {
            throw new IOException("what is in " + urlFile + " " + fault.get());
        }
        return uri;
    }

    /// @throws IOException when one cannot be read
    List<String> secrets() throws IOException {
        List<String> secrets = new ArrayList<>();
        for (Path file : secretFiles) {
            secrets.add(new SecretFile(file).read());
        }
        return secrets;
    }
}
