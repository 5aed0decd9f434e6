package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import slipway.backup.MotoServer;
import slipway.backup.vault.Disk;
import slipway.program.Installed;
import slipway.program.Programs;

/// moto, which answers as AWS does, asked by the real AWS CLI.
final class Moto {

    private static final String REGION = "eu-central-1";

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static @Nullable Moto one;

    private final Path folder;
    private final String url;
    private final Path credentials;

    private Moto(Path folder, String url) throws IOException {
        this.folder = folder;
        this.url = url;
        this.credentials = Files.writeString(folder.resolve("credentials"), """
                [default]
                aws_access_key_id = planted
                aws_secret_access_key = planted-secret
                """);
    }

    static synchronized Moto shared() throws IOException {
        Installed.program(Path.of("/usr/bin/aws"));
        if (one == null) {
            String url = MotoServer.shared().toString();
            Path folder = Files.createTempDirectory("aws");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
            one = new Moto(folder, url);
        }
        return one;
    }

    private static void delete(Path folder) {
        try {
            Disk.delete(folder);
        } catch (IOException e) {
            // The JVM ends; what is left is a folder with planted credentials.
        }
    }

    /// What the AWS CLI says.
    String aws(String... words) throws IOException, InterruptedException {
        Programs.Ended ended = ended(words);
        assertThat(ended.exit()).as(ended.words()).isZero();
        return ended.out().strip();
    }

    Programs.Ended ended(String... words) throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(List.of("/usr/bin/aws", "--endpoint-url=" + url));
        argv.addAll(List.of(words));
        return Programs.run(
                argv,
                folder,
                Map.of(
                        "AWS_SHARED_CREDENTIALS_FILE", credentials.toString(),
                        "AWS_DEFAULT_REGION", REGION,
                        "AWS_PAGER", "",
                        "HOME", folder.toString(),
                        "PATH", "/usr/bin:/bin"),
                Duration.ofMinutes(1));
    }

    /// Makes something there, without the second that the AWS CLI takes to begin: services that are asked by forms.
    ///
    /// @param parameters names and values, in turn
    /// @return what it answers, XML
    String form(String service, String action, String... parameters) throws IOException, InterruptedException {
        StringBuilder body = new StringBuilder("Action=" + action);
        for (int i = 0; i < parameters.length; i += 2) {
            body.append('&').append(parameters[i]).append('=').append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
        }
        return ask(service, body.toString(), "Content-Type", "application/x-www-form-urlencoded");
    }

    /// The same for services that are asked by JSON.
    ///
    /// @param target service and action, such as `AmazonSSM.PutParameter`
    String json(String service, String target, String body) throws IOException, InterruptedException {
        return ask(service, body, "Content-Type", "application/x-amz-json-1.1", "X-Amz-Target", target);
    }

    private String ask(String service, String body, String... headers) throws IOException, InterruptedException {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(url + "/"))
                        .POST(BodyPublishers.ofString(body))
                        .headers(headers)
                        .header(
                                "Authorization",
                                "AWS4-HMAC-SHA256 Credential=planted/20260101/" + REGION + "/" + service
                                        + "/aws4_request, SignedHeaders=host, Signature=none")
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    /// What an answer in XML has in the first element of a name.
    static String first(String element, String xml) {
        Matcher found = Pattern.compile("<" + element + ">([^<]*)<").matcher(xml);
        assertThat(found.find()).as(xml).isTrue();
        return found.group(1);
    }

    /// An item of which AWS is asked.
    Item item(String recipe, Map<String, String> parameters) {
        Map<String, String> given = new HashMap<>(
                Map.of("region", REGION, "endpoint", url, "credentials", "file:" + credentials));
        given.putAll(parameters);
        return new Item("it", recipe, given);
    }

    /// AWS, but for what it answers to one command of its CLI.
    ///
    /// @param command such as `ec2.describe-snapshots`
    Liar lying(String command, UnaryOperator<String> lie) throws IOException {
        return new Liar(URI.create(url), command, lie);
    }
}
