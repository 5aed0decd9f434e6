package slipway.audit.anchor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.audit.transparency.Checkpoint;
import slipway.audit.transparency.FakeWitness;
import slipway.audit.transparency.LogCheck.Kept;
import slipway.audit.transparency.Note;
import slipway.audit.transparency.SigningKey;
import slipway.audit.transparency.TileLog;
import slipway.program.Programs;

class AnchorsTest {

    private static final SigningKey KEY = SigningKey.parse(SigningKey.generate("slipway.example/ledger"));

    @TempDir
    Path directory;

    private TileLog log;

    @BeforeEach
    void a_log() {
        log = new TileLog(directory.resolve("log"));
        log.append(0, IntStream.range(0, 10).mapToObj(each -> ("entry " + each).getBytes(StandardCharsets.UTF_8)).toList());
    }

    private String note(long size) {
        return Note.sign(new Checkpoint("slipway.example/ledger", size, log.tree(size).root()).text(), KEY);
    }

    private static void keep(Anchor anchor, TileLog log, String note, long earlier) throws IOException, InterruptedException {
        anchor.keep(log.tree(Checkpoint.of(note).size()), note, earlier);
    }

    @Test
    void a_directory_has_one_file_for_each_checkpoint_which_nobody_writes_over() throws Exception {
        Anchor anchor = new DirectoryAnchor(directory.resolve("anchor"));
        assertThat(anchor.kept().orElseThrow()).isEmpty();
        keep(anchor, log, note(3), 0);
        keep(anchor, log, note(10), 3);
        keep(anchor, log, note(3), 3);
        assertThat(anchor.kept().orElseThrow()).extracting(Kept::note).containsExactly(note(3), note(10));
        SigningKey forger = SigningKey.parse(SigningKey.generate("slipway.example/ledger"));
        anchor.keep(log.tree(3), Note.sign(Checkpoint.of(note(3)).text(), forger), 0);
        assertThat(anchor.kept().orElseThrow()).extracting(Kept::note).containsExactly(note(3), note(10));
    }

    @Test
    void a_repository_has_a_commit_for_each_checkpoint_and_is_pushed() throws Exception {
        Path remote = directory.resolve("remote.git");
        git(directory, "init", "--quiet", "--bare", remote.toString());
        Path clone = directory.resolve("clone");
        git(directory, "clone", "--quiet", remote.toString(), clone.toString());
        GitAnchor anchor = new GitAnchor(clone);
        keep(anchor, log, note(3), 0);
        keep(anchor, log, note(3), 3);
        keep(anchor, log, note(10), 3);
        assertThat(anchor.kept().orElseThrow()).extracting(Kept::note).containsExactly(note(3), note(10));
        assertThat(git(remote, "log", "--format=%s %an", "--all").lines())
                .containsExactly("Checkpoint of 10 facts audit-service", "Checkpoint of 3 facts audit-service");
        assertThat(git(remote, "show", "HEAD:checkpoints/" + DirectoryAnchor.file(10))).isEqualTo(note(10));
    }

    @Test
    void what_was_committed_and_could_not_be_pushed_is_pushed_the_next_time() throws Exception {
        Path remote = directory.resolve("remote.git");
        git(directory, "init", "--quiet", "--bare", remote.toString());
        Path clone = directory.resolve("clone");
        git(directory, "clone", "--quiet", remote.toString(), clone.toString());
        GitAnchor anchor = new GitAnchor(clone);
        Files.move(remote, directory.resolve("away.git"));
        assertThatThrownBy(() -> keep(anchor, log, note(3), 0)).isInstanceOf(IOException.class).hasMessageStartingWith("git ls-remote: exit ");
        Files.move(directory.resolve("away.git"), remote);
        keep(anchor, log, note(3), 0);
        assertThat(git(remote, "log", "--format=%s", "--all").lines()).containsExactly("Checkpoint of 3 facts");
    }

    private GitAnchor clone(Path remote, String name) throws IOException, InterruptedException {
        Path clone = directory.resolve(name);
        git(directory, "clone", "--quiet", remote.toString(), clone.toString());
        return new GitAnchor(clone);
    }

    @Test
    void two_instances_push_to_one_repository() throws Exception {
        Path remote = directory.resolve("remote.git");
        git(directory, "init", "--quiet", "--bare", remote.toString());
        GitAnchor one = clone(remote, "one");
        keep(one, log, note(3), 0);
        GitAnchor other = clone(remote, "other");
        keep(one, log, note(5), 3);
        keep(other, log, note(8), 3);
        keep(one, log, note(10), 5);
        assertThat(List.of(one, other)).allSatisfy(each ->
                assertThat(each.kept().orElseThrow()).extracting(Kept::note).containsExactly(note(3), note(5), note(8), note(10)));
    }

    @Test
    void two_instances_that_push_at_once_both_get_through() throws Exception {
        Path remote = directory.resolve("remote.git");
        git(directory, "init", "--quiet", "--bare", remote.toString());
        List<GitAnchor> both = List.of(clone(remote, "one"), clone(remote, "other"));
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<?>> pushing = new ArrayList<>();
            for (int first = 1; first <= 2; first++) {
                GitAnchor mine = both.get(first - 1);
                List<Integer> sizes = IntStream.iterate(first, size -> size <= 10, size -> size + 2).boxed().toList();
                pushing.add(threads.submit(() -> {
                    for (int size : sizes) {
                        keep(mine, log, note(size), 0);
                    }
                    return null;
                }));
            }
            for (Future<?> each : pushing) {
                each.get();
            }
        }
        List<String> all = LongStream.rangeClosed(1, 10).mapToObj(this::note).toList();
        assertThat(git(remote, "ls-tree", "-r", "--name-only", "HEAD").lines()).hasSize(10);
        assertThat(both).allSatisfy(each -> assertThat(each.kept().orElseThrow()).extracting(Kept::note).containsExactlyElementsOf(all));
        assertThat(git(remote, "log", "--format=%s", "HEAD").lines()).doesNotHaveDuplicates().hasSize(10);
    }

    @Test
    void two_instances_that_keep_the_same_at_once_keep_it_once() throws Exception {
        Path remote = directory.resolve("remote.git");
        git(directory, "init", "--quiet", "--bare", remote.toString());
        GitAnchor one = clone(remote, "one");
        GitAnchor other = clone(remote, "other");
        keep(one, log, note(3), 0);
        keep(other, log, note(3), 0);
        assertThat(git(remote, "log", "--format=%s", "HEAD").lines()).containsExactly("Checkpoint of 3 facts");
        assertThat(other.kept().orElseThrow()).extracting(Kept::note).containsExactly(note(3));
    }

    @Test
    void instances_that_have_one_clone_do_not_get_into_each_other_s_way() throws Exception {
        Path remote = directory.resolve("remote.git");
        git(directory, "init", "--quiet", "--bare", remote.toString());
        GitAnchor anchor = clone(remote, "clone");
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> all = new ArrayList<>();
            for (long each = 1; each <= 10; each++) {
                long size = each;
                all.add(threads.submit(() -> {
                    keep(new GitAnchor(directory.resolve("clone")), log, note(size), 0);
                    return anchor.kept();
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        assertThat(git(remote, "log", "--format=%s", "HEAD").lines()).hasSize(10);
        assertThat(anchor.kept().orElseThrow()).hasSize(10);
    }

    @Test
    void whoever_was_killed_in_the_middle_is_continued() throws Exception {
        Path remote = directory.resolve("remote.git");
        git(directory, "init", "--quiet", "--bare", remote.toString());
        GitAnchor anchor = clone(remote, "clone");
        GitAnchor other = clone(remote, "other");
        keep(anchor, log, note(3), 0);
        keep(anchor, log, note(5), 3);
        Path clone = directory.resolve("clone");
        // In a rebase, and with a file that was written and not committed, which another instance pushed meanwhile.
        Programs.run(List.of("git", "-c", "user.name=a", "-c", "user.email=a@example.org", "rebase", "--quiet", "--no-ff", "--exec", "false", "HEAD~1"),
                clone, Map.of(), Duration.ofSeconds(60));
        assertThat(clone.resolve(".git/rebase-merge")).isDirectory();
        new DirectoryAnchor(clone.resolve("checkpoints")).keep(log.tree(8), note(8), 5);
        keep(other, log, note(8), 5);
        keep(anchor, log, note(10), 8);
        assertThat(anchor.kept().orElseThrow()).extracting(Kept::note).containsExactly(note(3), note(5), note(8), note(10));
        assertThat(git(remote, "ls-tree", "-r", "--name-only", "HEAD").lines()).hasSize(4);
    }

    @Test
    void a_lock_that_a_killed_git_left_is_taken_away_once_none_of_ours_can_hold_it() throws Exception {
        Path remote = directory.resolve("remote.git");
        git(directory, "init", "--quiet", "--bare", remote.toString());
        GitAnchor anchor = clone(remote, "clone");
        keep(anchor, log, note(3), 0);
        Path git = directory.resolve("clone/.git");
        String branch = git(directory.resolve("clone"), "symbolic-ref", "HEAD").strip();
        // As they lie there after a commit and a fetch.
        List<Path> left = Stream.of("index.lock", "HEAD.lock", branch + ".lock", branch.replace("heads", "remotes/origin") + ".lock")
                .map(git::resolve)
                .toList();
        for (Path lock : left) {
            Files.createFile(lock);
        }
        assertThatThrownBy(() -> keep(anchor, log, note(5), 3)).isInstanceOf(IOException.class).hasMessageContaining("index.lock");
        assertThat(left).as("somebody may be at work").allSatisfy(lock -> assertThat(lock).exists());
        for (Path lock : left) {
            Files.setLastModifiedTime(lock, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
        }
        Path alone = git.resolve("slipway.lock");
        Files.setLastModifiedTime(alone, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
        keep(anchor, log, note(8), 3);
        assertThat(anchor.kept().orElseThrow()).extracting(Kept::note).containsExactly(note(3), note(5), note(8));
        assertThat(git(remote, "ls-tree", "-r", "--name-only", "HEAD").lines()).hasSize(3);
        assertThat(alone).as("by which instances wait for each other").exists();
    }

    @Test
    void a_history_that_was_rewritten_in_origin_is_not_followed() throws Exception {
        Path remote = directory.resolve("remote.git");
        git(directory, "init", "--quiet", "--bare", remote.toString());
        GitAnchor anchor = clone(remote, "clone");
        keep(anchor, log, note(3), 0);
        keep(anchor, log, note(5), 3);
        Path eve = directory.resolve("eve");
        git(directory, "clone", "--quiet", remote.toString(), eve.toString());
        git(eve, "reset", "--quiet", "--hard", "HEAD~1");
        git(eve, "-c", "user.name=eve", "-c", "user.email=eve@example.org", "-c", "commit.gpgSign=false", "commit", "--quiet", "--allow-empty", "--message", "tidy");
        git(eve, "push", "--quiet", "--force", "origin", "HEAD");
        assertThatThrownBy(anchor::kept).isInstanceOf(IOException.class).hasMessageStartingWith("git fetch: exit ");
        assertThatThrownBy(() -> keep(anchor, log, note(8), 5)).isInstanceOf(IOException.class).hasMessageStartingWith("git fetch: exit ");
    }

    @Test
    void two_who_say_different_things_of_one_size_do_not_come_together() throws Exception {
        Path remote = directory.resolve("remote.git");
        git(directory, "init", "--quiet", "--bare", remote.toString());
        GitAnchor one = clone(remote, "one");
        keep(one, log, note(3), 0);
        GitAnchor other = clone(remote, "other");
        keep(one, log, note(8), 3);
        SigningKey forger = SigningKey.parse(SigningKey.generate("slipway.example/ledger"));
        String forged = Note.sign(Checkpoint.of(note(8)).text(), forger);
        assertThatThrownBy(() -> other.keep(log.tree(8), forged, 3)).isInstanceOf(IOException.class).hasMessageStartingWith("git rebase: exit ");
        assertThat(git(remote, "show", "HEAD:checkpoints/" + DirectoryAnchor.file(8))).isEqualTo(note(8));
    }

    @Test
    void what_somebody_took_out_of_a_repository_or_wrote_over_is_named() throws Exception {
        Path remote = directory.resolve("remote.git");
        git(directory, "init", "--quiet", "--bare", remote.toString());
        GitAnchor anchor = clone(remote, "clone");
        keep(anchor, log, note(3), 0);
        keep(anchor, log, note(10), 3);
        Path clone = directory.resolve("clone");
        git(clone, "rm", "--quiet", "checkpoints/" + DirectoryAnchor.file(3));
        git(clone, "-c", "user.name=eve", "-c", "user.email=eve@example.org", "-c", "commit.gpgSign=false", "commit", "--quiet", "--message", "tidy");
        assertThatThrownBy(anchor::kept)
                .isInstanceOf(IOException.class)
                .hasMessage("what was kept was touched since: checkpoints/" + DirectoryAnchor.file(3));
    }

    @Test
    void a_witness_signs_what_continues_the_last_that_it_saw() throws Exception {
        try (FakeWitness witness = new FakeWitness("witness.example", KEY.verifying())) {
            Anchor anchor = new Witness(witness.address(), witness.key(), HttpClient.newHttpClient());
            String first = anchor.keep(log.tree(3), note(3), 0);
            assertThat(Note.cosigned(first, witness.key())).isBetween(Instant.now().minusSeconds(60), Instant.now());
            assertThat(Note.open(first, KEY.verifying())).isEqualTo(Checkpoint.of(note(3)).text());
            assertThat(anchor.kept()).as("nobody can ask it").isEmpty();
            assertThat(anchor.said(first)).isTrue();
            assertThat(anchor.said(note(3))).as("without its signature").isFalse();
            anchor.keep(log.tree(8), note(8), 3);
            assertThat(witness.size()).isEqualTo(8);
            // Whoever died before it remembered the answer asks with what it knew before.
            anchor.keep(log.tree(10), note(10), 3);
            assertThat(witness.size()).isEqualTo(10);
        }
    }

    @Test
    void a_witness_signs_no_other_past_and_no_earlier_one() throws Exception {
        try (FakeWitness witness = new FakeWitness("witness.example", KEY.verifying())) {
            Anchor anchor = new Witness(witness.address(), witness.key(), HttpClient.newHttpClient());
            anchor.keep(log.tree(8), note(8), 0);
            assertThatThrownBy(() -> anchor.keep(log.tree(5), note(5), 0))
                    .isInstanceOf(AnchorRefused.class)
                    .hasMessage("it has seen 8 leaves, and the log has 5: it was set back");
            TileLog other = new TileLog(directory.resolve("other"));
            other.append(0, IntStream.range(0, 10).mapToObj(each -> ("another " + each).getBytes(StandardCharsets.UTF_8)).toList());
            String forged = Note.sign(new Checkpoint("slipway.example/ledger", 10, other.tree(10).root()).text(), KEY);
            assertThatThrownBy(() -> anchor.keep(other.tree(10), forged, 8)).hasMessageContaining("answers 422");
            SigningKey forger = SigningKey.parse(SigningKey.generate("slipway.example/ledger"));
            String foreign = Note.sign(Checkpoint.of(note(10)).text(), forger);
            assertThatThrownBy(() -> anchor.keep(log.tree(10), foreign, 8)).hasMessageContaining("answers 403");
            assertThat(witness.size()).isEqualTo(8);
        }
    }

    @Test
    void a_witness_that_another_asks_in_between_is_asked_another_time_and_one_that_insists_refuses() throws Exception {
        Queue<String> sizes = new ArrayDeque<>(List.of("3", "5", "5", "5", "3", "9"));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/add-checkpoint", exchange -> {
            byte[] size = sizes.remove().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(409, size.length);
            exchange.getResponseBody().write(size);
            exchange.close();
        });
        server.start();
        try {
            URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
            Anchor anchor = new Witness(address, KEY.verifying(), HttpClient.newHttpClient());
            assertThatThrownBy(() -> anchor.keep(log.tree(8), note(8), 0)).isExactlyInstanceOf(IOException.class);
            assertThatThrownBy(() -> anchor.keep(log.tree(8), note(8), 0)).isExactlyInstanceOf(AnchorRefused.class);
            assertThatThrownBy(() -> anchor.keep(log.tree(8), note(8), 0))
                    .isInstanceOfSatisfying(AnchorAhead.class, ahead -> assertThat(ahead.seen()).isEqualTo(9));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void who_signs_in_the_place_of_a_witness_is_not_believed() throws Exception {
        try (FakeWitness witness = new FakeWitness("witness.example", KEY.verifying());
                FakeWitness impostor = new FakeWitness("witness.example", KEY.verifying())) {
            Anchor anchor = new Witness(impostor.address(), witness.key(), HttpClient.newHttpClient());
            assertThatThrownBy(() -> anchor.keep(log.tree(3), note(3), 0))
                    .hasMessage("witness witness.example: it is not signed by witness.example");
        }
    }

    private static String git(Path folder, String... arguments) throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(List.of("git"));
        argv.addAll(List.of(arguments));
        Programs.Ended ended = Programs.run(argv, folder, Map.of("LC_ALL", "C"), Duration.ofSeconds(60));
        assertThat(ended.exit()).as(ended.words()).isZero();
        return ended.out();
    }
}
