package slipway.backup;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import slipway.messaging.RunningService;

/// Looks for secrets wherever a running service tells or keeps something: as they are, and in the forms in which programs write them.
final class Leaks implements AutoCloseable {

    private final Map<String, String> forms = new LinkedHashMap<>();
    /// Forms by their first two bytes.
    private final List<@Nullable List<String>> beginnings = new ArrayList<>(Collections.nCopies(1 << 16, null));

    private final Queue<String> logged = new ConcurrentLinkedQueue<>();
    private final Set<String> found = ConcurrentHashMap.newKeySet();
    private final AppenderBase<ILoggingEvent> appender;
    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final Logger ours = (Logger) LoggerFactory.getLogger("slipway");
    private final Thread watch;
    private volatile boolean watching = true;
    private volatile long looks;

    /// @param secrets by what they are called in messages
    Leaks(Map<String, String> secrets) {
        secrets.forEach(this::learn);
        for (String form : forms.keySet()) {
            int beginning = beginning(form.getBytes(StandardCharsets.UTF_8), 0);
            List<String> others = beginnings.get(beginning);
            List<String> all = new ArrayList<>(others == null ? List.of() : others);
            all.add(form);
            beginnings.set(beginning, all);
        }
        appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                logged.add(event.getFormattedMessage()
                        + (event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy())));
            }
        };
        appender.setContext(root.getLoggerContext());
        appender.start();
        root.addAppender(appender);
        ours.setLevel(Level.TRACE);
        watch = Thread.ofPlatform().daemon().name("command lines").start(this::watch);
    }

    private void learn(String name, String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        forms.put(secret, name);
        forms.putIfAbsent(URLEncoder.encode(secret, StandardCharsets.UTF_8), name + ", percent-encoded");
        forms.putIfAbsent(URLEncoder.encode(secret, StandardCharsets.UTF_8).replace("+", "%20"), name + ", percent-encoded");
        forms.putIfAbsent(secret.replace("\\", "\\\\").replace("\"", "\\\""), name + ", escaped");
        forms.putIfAbsent(HexFormat.of().formatHex(bytes), name + ", hexadecimal");
        // Within something longer it begins at any of three places of a group, and its ends depend on what is beside it.
        for (int shift = 0; shift < 3; shift++) {
            byte[] within = new byte[shift + bytes.length];
            System.arraycopy(bytes, 0, within, shift, bytes.length);
            String all = Base64.getEncoder().withoutPadding().encodeToString(within);
            forms.putIfAbsent(all.substring(shift == 0 ? 0 : shift + 1, all.length() - 2), name + ", Base64");
        }
    }

    private void watch() {
        while (watching) {
            try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
                processes.filter(each -> Character.isDigit(each.getFileName().toString().charAt(0))).forEach(each -> {
                    try {
                        in("a command line", Files.readAllBytes(each.resolve("cmdline")));
                    } catch (IOException e) {
                        // It ended in between.
                        return;
                    }
                });
            } catch (IOException e) {
                found.add("command lines cannot be read: " + e.getMessage());
            }
            looks++;
            try {
                // A program that takes a secret lives longer than this, and others need the processor, too.
                Thread.sleep(Duration.ofMillis(5));
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void in(String where, String text) {
        in(where, text.getBytes(StandardCharsets.UTF_8));
    }

    /// All of them at once: there are many, and the files are large.
    private void in(String where, byte[] bytes) {
        for (int i = 0; i + 1 < bytes.length; i++) {
            List<String> candidates = beginnings.get(beginning(bytes, i));
            if (candidates != null) {
                for (String form : candidates) {
                    byte[] wanted = form.getBytes(StandardCharsets.UTF_8);
                    int end = i + wanted.length;
                    if (end <= bytes.length && Arrays.equals(bytes, i, end, wanted, 0, wanted.length)) {
                        found.add(forms.get(form) + " in " + where);
                    }
                }
            }
        }
    }

    private static int beginning(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    void inAnswer(String where, byte[] answer) {
        in(where, answer);
    }

    /// Every record of every topic, whoever wrote it: key, value and headers.
    private void inTopics(String bootstrap) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", bootstrap);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> all = consumer.listTopics().values().stream()
                    .flatMap(List::stream)
                    .map(each -> new TopicPartition(each.topic(), each.partition()))
                    .toList();
            consumer.assign(all);
            consumer.seekToBeginning(all);
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            while (all.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
                consumer.poll(Duration.ofMillis(200)).forEach(each -> {
                    in("topic " + each.topic(), each.value() == null ? new byte[0] : each.value());
                    in("topic " + each.topic(), each.key() == null ? new byte[0] : each.key());
                    each.headers().forEach(header -> in("topic " + each.topic(), header.value()));
                });
            }
        }
    }

    /// Every value of every table.
    private void inTables(JdbcTemplate jdbc) {
        List<String> tables = jdbc.queryForList(
                "select quote_ident(table_schema) || '.' || quote_ident(table_name) from information_schema.tables "
                        + "where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')",
                String.class);
        for (String table : tables) {
            jdbc.query("select * from " + table, row -> {
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    if (row.getMetaData().getColumnTypeName(i).equals("bytea") && row.getBytes(i) != null) {
                        in("table " + table, row.getBytes(i));
                    } else if (row.getString(i) != null) {
                        in("table " + table, row.getString(i));
                    }
                }
            });
        }
    }

    /// @param except whatever lies below it
    private void inFiles(Path folder, Path except) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder)) {
            all.filter(each -> !each.startsWith(except)).filter(Files::isRegularFile).forEach(files::add);
        }
        for (Path each : files) {
            in("file " + folder.relativize(each), Files.readAllBytes(each));
            in("a file's name", each.toString());
        }
    }

    /// Everything that can be looked at now, and whatever was seen until now; what is found once stays found.
    Set<String> everywhere(RunningService service, Path home, Path keys) throws IOException {
        inTopics(service.bean(Environment.class).getRequiredProperty("spring.kafka.bootstrap-servers"));
        inTables(service.bean(JdbcTemplate.class));
        inFiles(home, keys);
        logged.forEach(each -> in("the log", each));
        return Set.copyOf(found);
    }

    int logged() {
        return logged.size();
    }

    /// How many times all command lines were looked at.
    long looks() {
        return looks;
    }

    @Override
    public void close() {
        watching = false;
        root.detachAppender(appender);
        ours.setLevel(null);
    }
}
