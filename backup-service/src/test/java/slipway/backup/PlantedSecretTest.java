package slipway.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import slipway.backup.domain.BackupEvent;
import slipway.backup.domain.BackupEvent.BackupFailed;
import slipway.backup.domain.BackupEvent.BackupItemFailed;
import slipway.backup.domain.BackupEvent.RestoreTested;
import slipway.backup.domain.RestoreEvent;
import slipway.events.Topics;
import slipway.events.VerificationLevel;
import slipway.events.release.BackupCheckRequested;
import slipway.events.release.BackupRequested;
import slipway.events.release.ReleaseBlocked;
import slipway.messaging.RunningService;

/// Secrets are planted wherever a backup uses one; a set is captured, read back, restored, checked, put back by hand and made to fail, and
/// nothing that the service tells or keeps holds any of them.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PlantedSecretTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String KIM = "kim:operators";
    private static final String ROSA = "rosa:approvers";
    private static final String RELEASE = "REL-CHG-40";
    private static final String SET = "BKP-REL-CHG-40-prod-1";

    /// The words are rare, and so is what has to be escaped.
    private static final Map<String, String> SECRETS = new TreeMap<>(Map.of(
            "by file", "Zanzibar \"marmalade\" 4711/=",
            "by environment", "quokka&periwinkle \\ 0815",
            "by standard input", "Ouagadougou?tangerine+1234%",
            "by command", "sesquipedalian:walrus;9876",
            "of a command that fails", "xylophone-brimstone-5555",
            "of nobody", "mistaken*kumquat#3141",
            "in the data", "antidisestablished|gherkin|2718"));

    /// Takes a secret by each way that there is, and has it wrong to talk of them: `keeper FILE FROM TO`.
    private static final String KEEPER =
            """
            #!/bin/sh
            third=$(cat)
            first=$(cat "$1")
            for each in "$first" "$SECOND" "$third" "$FOURTH"; do
                [ -n "$each" ] || exit 2
                printf 'connected with %s\\n' "$each"
                printf 'warning: password=%s\\n' "$each" >&2
                printf '%s' "$each" | base64 -w0 >&2
                printf 'Authorization: Basic %s\\n' "$(printf 'user:%s' "$each" | base64 -w0)" >&2
                printf 'Authorization: Basic %s\\n' "$(printf 'admin:%s' "$each" | base64 -w0)" >&2
                printf '%s' "$each" | od -An -v -tx1 | tr -d ' \\n' >&2
            done
            [ "$3" = fail ] && exit 3
            cp "$2" "$3"
            echo "lines $(wc -l <"$2")"
            """;

    private static final String RECIPE =
            """
            id: <id>
            version: 1
            system: a keeper of data
            category: STORAGE
            tier: CONTRACT_ONLY
            summary: Data behind four passwords.
            consistency: none
            programs: [keeper]
            parameters:
              data: {type: PATH, doc: the data}
              first: {type: SECRET, doc: by file}
              second: {type: SECRET, doc: by environment}
              third: {type: SECRET, doc: by standard input}
              fourth: {type: SECRET, doc: of a command}
            scratch: {data: "{tree}/data"}
            look:
            ACTS("{data}", "{work}/seen")
              tell: [{name: lines, match: "^lines ([0-9]+)$"}]
            capture:
            ACTS("{data}", "<where>")
            restoreScratch:
            ACTS("{tree}/data", "{work}/copy")
            restore:
            ACTS("{tree}/data", "{data}")
            """;

    @TempDir
    private static Path home;

    private static PostgresTestServer database;
    private static Leaks leaks;
    private static RunningService service;

    private static String recipe(String id, String to) {
        return RECIPE.replaceAll(
                        "ACTS\\((.*), (.*)\\)",
                        """
                          - {write: "{work}/third", text: "{third.value}"}
                          - run: [keeper, "{first.file}", $1, $2]
                            stdin: "{work}/third"
                            environment: {SECOND: "{second.value}", FOURTH: "{fourth.value}"}""")
                .replace("<id>", id)
                .replace("<where>", to);
    }

    private static Path secret(String name) throws IOException {
        return Files.writeString(home.resolve("secrets").resolve(name.replace(' ', '-')), SECRETS.get(name) + "\n");
    }

    @BeforeAll
    static void start() throws Exception {
        Files.createDirectory(home.resolve("secrets"));
        Path keeper = Files.writeString(Files.createDirectory(home.resolve("tools")).resolve("keeper"), KEEPER);
        Path refuses = Files.writeString(home.resolve("tools/refuses"), "#!/bin/sh\ncat \"$1\"\ncat \"$1\" >&2\nexit 1\n");
        for (Path each : List.of(keeper, refuses)) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwx------"));
        }
        Path recipes = Files.createDirectory(home.resolve("recipes"));
        Files.writeString(recipes.resolve("keeper.yaml"), recipe("keeper", "{tree}/data"));
        Files.writeString(recipes.resolve("talker.yaml"), recipe("talker", "fail"));
        Files.writeString(home.resolve("data"), "one\n" + SECRETS.get("in the data") + "\n");
        database = new PostgresTestServer(Files.createDirectory(home.resolve("database")));
        database.execute("create table item (name text)", "insert into item values ('" + SECRETS.get("in the data") + "')");
        String parameters = "{data: data, first: {file: %s}, second: {file: %s}, third: {file: %s}, fourth: {command: [cat, %s]}}"
                .formatted(secret("by file"), secret("by environment"), secret("by standard input"), secret("by command"));
        String server = "{url: \"%s\", user: postgres, passwordFile: %s, dataDirectory: %s}";
        Files.writeString(home.resolve("backups.yaml"), """
                plans:
                  all:
                    items:
                      - {name: database, recipe: postgresql-base-backup, parameters: %s}
                      - {name: kept, recipe: keeper, parameters: %s}
                  talks:
                    items: [{name: talks, recipe: talker, parameters: %s}]
                  refused:
                    items: [{name: refused, recipe: keeper, parameters: %s}]
                  denied:
                    items: [{name: denied, recipe: postgresql-base-backup, parameters: %s}]
                """.formatted(
                server.formatted(database.url(), database.passwordFile(), database.data()),
                parameters,
                parameters,
                parameters.replaceFirst("\\[cat, .*]", "[\"" + refuses + "\", " + secret("of a command that fails") + "]"),
                server.formatted(database.url(), secret("of nobody"), database.data())));
        Map<String, String> planted = new TreeMap<>(SECRETS);
        planted.put("of the database", Files.readString(database.passwordFile()).strip());
        service = new RunningService(
                BackupService.application(),
                "slipway.backups=" + home.resolve("backups.yaml"),
                "slipway.backup.home=" + home.resolve("backups"),
                "slipway.backup.recipes=" + recipes,
                "slipway.backup.programs=" + home.resolve("tools") + ",/usr/local/bin,/usr/bin,/bin");
        leaks = new Leaks(planted);
    }

    @AfterAll
    static void stop() throws IOException {
        if (leaks != null) {
            leaks.close();
        }
        service.close();
        database.close();
    }

    private static List<BackupEvent> awaited(String set, Class<? extends BackupEvent> kind, int times) {
        return await().atMost(PATIENCE).until(
                () -> service.<BackupEvent>facts("sets", set),
                facts -> facts.stream().filter(kind::isInstance).count() == times);
    }

    private static RunningService.Answer post(String who, String path, String body) {
        RunningService.Answer answer = service.post(who, path, body);
        leaks.inAnswer("the answer of " + path, answer.body().toString().getBytes(StandardCharsets.UTF_8));
        return answer;
    }

    private static void read(String path) throws IOException {
        byte[] answer = service.bytes(path);
        leaks.inAnswer("the answer of " + path, answer);
        if (path.endsWith("/kit")) {
            try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(answer))) {
                while (zip.getNextEntry() != null) {
                    leaks.inAnswer("the kit", zip.readAllBytes());
                }
            }
        }
    }

    private static Set<String> found() throws IOException {
        return leaks.everywhere(service, home.resolve("backups"), home.resolve("backups/keys"));
    }

    @Test
    @Order(1)
    void no_secret_is_in_topics_tables_logs_command_lines_answers_or_files_whatever_was_done_and_whatever_failed() throws Exception {
        service.publish(
                Topics.RELEASE,
                new BackupRequested(RunningService.meta(RELEASE, 1, "CHG-40"), "prod", SET, "all", 600L, VerificationLevel.V4),
                RELEASE);
        awaited(SET, RestoreTested.class, 1);
        assertThat(post(KIM, "/backups/" + SET + "/verify", "{\"reason\": \"once more\", \"level\": \"V4\"}").status()).isEqualTo(200);
        RestoreTested tested = (RestoreTested) awaited(SET, RestoreTested.class, 2).getLast();
        service.publish(
                Topics.RELEASE,
                new BackupCheckRequested(RunningService.meta(RELEASE, 2, "CHG-40"), "prod", SET, tested.manifestDigest(), List.of("web")),
                RELEASE);
        awaited(SET, BackupEvent.BackupChecked.class, 1);
        // It does not begin: then people may restore.
        service.publish(
                Topics.RELEASE,
                new ReleaseBlocked(RunningService.meta(RELEASE, 3, "CHG-40"), "prod", List.of("the window is over")),
                RELEASE);
        await().atMost(PATIENCE).until(() -> service.bean(Rollouts.class).at("all", "prod").isEmpty());

        for (String plan : List.of("talks", "refused", "denied")) {
            String set = post(KIM, "/plans/" + plan + "/backups", "{}").body().get("backup").get("id").stringValue();
            List<BackupEvent> facts = awaited(set, BackupFailed.class, 1);
            assertThat(facts).as(plan).anyMatch(BackupItemFailed.class::isInstance);
            read("/backups/" + set);
        }

        Files.writeString(home.resolve("data"), "a mistake\n");
        assertThat(post(KIM, "/backups/" + SET + "/restore", "{\"reason\": \"somebody saved nonsense\"}").status()).isEqualTo(200);
        assertThat(post(ROSA, "/backups/" + SET + "/approve-restore", "{\"proposal\": 1}").status()).isEqualTo(200);
        await().atMost(PATIENCE).until(
                () -> service.<RestoreEvent>facts("restores", "RST-" + SET).getLast(), RestoreEvent.RestoreCompleted.class::isInstance);
        awaited("SAFETY-" + SET, RestoreTested.class, 1);
        assertThat(home.resolve("data")).content().contains(SECRETS.get("in the data"));

        for (String path : List.of("/backups", "/backups/" + SET, "/backups/" + SET + "/kit", "/recipes", "/schedules", "/plans/all/coverage")) {
            read(path);
        }
        assertThat(leaks.looks()).as("looks at all command lines").isPositive();
        assertThat(leaks.logged()).as("lines of the log").isGreaterThan(10);
        assertThat(found()).isEmpty();
    }

    @Test
    @Order(2)
    void whatever_is_planted_would_have_been_found() throws Exception {
        String secret = SECRETS.get("by file");
        LoggerFactory.getLogger("slipway.anywhere").trace("connecting", new IOException("password " + secret));
        service.bean(JdbcTemplate.class).update(
                "insert into backups (id, release_id, environment, state, started_at) values (?, '', '', 'FAILED', now())", secret);
        Files.writeString(
                home.resolve("backups").resolve("work").resolve("left"),
                "xy" + Base64.getEncoder().encodeToString(("user:" + secret).getBytes(StandardCharsets.UTF_8)));
        service.publishBytes(Topics.deadLetters("backup-service"), ("a" + SECRETS.get("by command")).getBytes(StandardCharsets.UTF_8));
        Process process = new ProcessBuilder("/bin/sh", "-c", "read -r _", SECRETS.get("of nobody")).start();
        try {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(found())
                    .contains(
                            "by file in the log",
                            "by file in table public.backups",
                            "by file, Base64 in file work/left",
                            "by command in topic " + Topics.deadLetters("backup-service"),
                            "of nobody in a command line"));
        } finally {
            process.destroyForcibly();
        }
    }
}
