package slipway.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import slipway.launcher.cluster.ClientSettings;
import slipway.launcher.cluster.Cluster;
import slipway.launcher.cluster.Contract;
import slipway.launcher.cluster.Listening;
import slipway.launcher.cluster.Rights;
import slipway.launcher.cluster.Unprepared;
import slipway.launcher.local.Trouble;

@Command(
        name = "setup",
        description = "Make topics, users, rights and schemas on a Kafka cluster and a schema registry, before services start there."
                + " It may be done again at any time: what is there stays.",
        mixinStandardHelpOptions = true)
final class SetupCommand implements Callable<Integer> {

    /// Kafka would take `*` for everybody.
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]*");

    private static final Pattern URL = Pattern.compile("https?://[^\\s/@]+(/\\S*)?");

    @Spec
    private CommandSpec spec;

    @Option(names = "--kafka", required = true, paramLabel = "SERVERS", description = "Bootstrap servers.")
    private String kafka = "";

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "Properties of an admin client: security.protocol, sasl.mechanism, sasl.jaas.config, …")
    private @Nullable Path settings;

    @Option(names = "--registry", required = true, paramLabel = "URL", description = "Of the schema registry (Confluent's API).")
    private String registry = "";

    @Option(
            names = "--registry-user-info",
            paramLabel = "FILE",
            description = "Holds user:password for the schema registry. Default: none is asked for.")
    private @Nullable Path userInfo;

    @Option(
            names = "--replication",
            paramLabel = "N",
            description = "How many brokers keep each record; from 3 on, two must have it before it counts."
                    + " Default: as the cluster does by itself.")
    private @Nullable Short replication;

    @Option(
            names = "--users",
            paramLabel = "DIR",
            description = "Make SCRAM-SHA-512 users: a file for each, named as the user, that holds the password.")
    private @Nullable Path users;

    @Option(
            names = "--rights",
            description = "Give each service the rights that it needs, as User:<service>. The cluster must deny what nobody allowed.")
    private boolean rights;

    @Option(
            names = "--requester",
            paramLabel = "USER",
            description = "Let this user write to change.requests, and nothing else. May be given several times.")
    private List<String> requesters = List.of();

    @Option(
            names = "--reader",
            paramLabel = "USER",
            description = "Let this user read facts and CDEvents, and nothing else. May be given several times.")
    private List<String> readers = List.of();

    @Override
    public Integer call() {
        // All that is given is read before anything is made.
        List<String> faults = new ArrayList<>();
        Map<String, Object> admin = admin();
        addressesOfRegistry(faults);
        String login = login(faults);
        Map<String, String> passwords = users == null ? Map.of() : passwords(users, faults);
        Stream.concat(requesters.stream(), readers.stream())
                .filter(user -> !PLAIN.matcher(user).matches())
                .forEach(user -> faults.add("'" + user + "' is no name of a user: letters, digits and . _ - @"));
        if (!faults.isEmpty()) {
            throw new Refused(Refused.REFUSED, faults);
        }
        try (Cluster cluster = new Cluster(admin)) {
            cluster.reach(until -> say("waiting   for Kafka at " + kafka + ", which does not answer yet, until " + until.truncatedTo(ChronoUnit.SECONDS)));
            List<String> made = cluster.topics(Optional.ofNullable(replication));
            say("topics    " + (made.isEmpty() ? "are all there" : "made: " + String.join(", ", made)));
            if (users != null) {
                cluster.users(passwords);
                say("users     " + String.join(", ", passwords.keySet()));
            }
            if (rights) {
                cluster.rights(Rights.of(Listening.all()));
                say("rights    of the services are given");
            }
            requesters.forEach(user -> cluster.rights(Rights.ofRequester(user)));
            readers.forEach(user -> cluster.rights(Rights.ofReader(user)));
            int subjects = new Contract(registry, login).register();
            say("schemas   are registered: " + subjects + " subjects, each FULL_TRANSITIVE");
            return 0;
        } catch (Unprepared e) {
            throw new Trouble(String.valueOf(e.getMessage()), e);
        }
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
    }

    private Map<String, Object> admin() {
        Map<String, Object> admin = new HashMap<>();
        if (settings != null) {
            try {
                admin.putAll(ClientSettings.read(settings));
            } catch (IOException e) {
                throw Caller.unreadable(settings, e);
            }
        }
        admin.put("bootstrap.servers", kafka);
        return admin;
    }

    private void addressesOfRegistry(List<String> faults) {
        for (String address : registry.split(",")) {
            if (!URL.matcher(address.strip()).matches()) {
                faults.add("--registry: '" + address.strip() + "' is no address of a registry: http://HOST:PORT or https://HOST:PORT");
            }
        }
    }

    private @Nullable String login(List<String> faults) {
        if (userInfo == null) {
            return null;
        }
        String login = Caller.text(userInfo);
        if (login.indexOf(':') < 1) {
            faults.add("--registry-user-info: " + userInfo + " does not hold user:password");
        }
        return login;
    }

    /// What begins with a dot is none: Kubernetes keeps the files of a volume in such folders.
    private static Map<String, String> passwords(Path folder, List<String> faults) {
        Map<String, String> passwords = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> !file.getFileName().toString().startsWith(".")).sorted().forEach(file -> {
                String name = file.getFileName().toString();
                if (!PLAIN.matcher(name).matches() || !Files.isRegularFile(file)) {
                    faults.add("--users: " + file + " is no file that is named as a user: letters, digits and . _ - @");
                } else if (Caller.text(file).isEmpty()) {
                    faults.add("--users: " + file + " is empty; it has to hold the password");
                } else {
                    passwords.put(name, Caller.text(file));
                }
            });
        } catch (IOException e) {
            throw Caller.unreadable(folder, e);
        }
        if (passwords.isEmpty() && faults.isEmpty()) {
            faults.add("--users: there is no file in " + folder);
        }
        return passwords;
    }
}
