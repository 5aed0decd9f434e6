package slipway.launcher;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import slipway.launcher.local.Home;
import slipway.launcher.local.Issuer;

@Command(
        name = "issuer",
        description = "Issue tokens to whoever asks, as whom they like, without a password: for trying things, where nobody else reaches it.",
        mixinStandardHelpOptions = true)
final class IssuerCommand implements Callable<Integer> {

    @Option(names = "--people", required = true, paramLabel = "FILE", description = "An inventory: who there is.")
    private Path people = Path.of("");

    @Option(names = "--port", defaultValue = "7600", description = "Listens on it on all addresses. Default: ${DEFAULT-VALUE}")
    private int port;

    @Option(names = "--url", required = true, description = "By which programs reach it, and which its tokens name.")
    private String url = "";

    @Option(names = "--browser-url", required = true, description = "By which browsers reach it.")
    private String browserUrl = "";

    @Option(
            names = "--client-secret-file",
            required = true,
            paramLabel = "FILE",
            description = "The secret of the client " + Issuer.CLIENT + ", as which change-service lets people sign in.")
    private Path clientSecret = Path.of("");

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "Keeps its key.")
    private Path data = Path.of("");

    @Override
    public Integer call() throws InterruptedException {
        Issuer.Place place = new Issuer.Place(new InetSocketAddress(port), url, browserUrl);
        try (Home home = Home.take(data);
                Issuer issuer = new Issuer(home, people, place, Caller.text(clientSecret), InstantSource.system())) {
            issuer.start();
            System.out.println("tokens for anybody of " + people + " at " + url + "/token");
            new CountDownLatch(1).await();
            return 0;
        }
    }
}
