package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a recipe may say, and what is done about it.
class RecipeFileTest {

    private static final String GOOD =
            """
            id: notes
            version: 1
            system: notes
            category: CONFIGURATION
            tier: CONTRACT_ONLY
            summary: Some notes.
            consistency: none
            programs: [cp, wc, diff, missing-program|cat]
            parameters:
              file: {type: PATH, doc: the notes}
              password: {type: SECRET, doc: of nothing}
            scratch: {file: "{tree}/notes"}
            look:
              - run: [wc, -c, "{file}"]
                tell: [{name: bytes, match: "^([0-9]+)"}]
            capture:
              - run: [cp, "{file}", "{tree}/notes"]
                expect: [{file: "{tree}/notes", minBytes: 3, lacks: "TODO", lastLine: "end"}]
            restoreScratch:
              - expect: [{file: "{tree}/notes", minBytes: 1}]
            """;

    @TempDir
    private Path folder;

    private static Declared read(String yaml) {
        return RecipeFile.read("notes.yaml", yaml.getBytes(StandardCharsets.UTF_8));
    }

    private Recipe recipe(String yaml) {
        return new DeclaredRecipe(read(yaml), folder.resolve("work"), ProgramFolders.USUAL, Clock.systemUTC());
    }

    private Item notes(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("notes"), text);
        Path password = Files.writeString(folder.resolve("password"), "planted");
        return new Item("notes", "notes", Map.of("file", file.toString(), "password", "file:" + password));
    }

    private Capture capture(String yaml, String text) throws Exception {
        return recipe(yaml).capture(notes(text), "BKP-1", new ByteArrayOutputStream());
    }

    @Test
    void those_that_come_with_the_service_lie_in_files_of_their_names() {
        assertThat(LiveRecipes.ids()).isNotEmpty().allSatisfy(id -> assertThat(LiveRecipes.declared(id).id()).isEqualTo(id));
    }

    @Test
    void every_fault_is_named_at_once() {
        String bad = GOOD.replace("version: 1", "version: 0")
                .replace("CONFIGURATION", "PAPER")
                .replace("[wc, -c, \"{file}\"]", "[curl, \"{password.value}\", \"{nothing}\"]")
                .replace("minBytes: 3", "minBites: 3")
                .replace("\"^([0-9]+)\"", "\"([\"");
        assertThatThrownBy(() -> read(bad))
                .hasMessageContainingAll(
                        "version: a number from 1 on",
                        "category: must be one of [DATABASES,",
                        "look[0].run: begins with one of [cat, cp, diff, missing-program, wc]",
                        "{password.value} would show a secret; write it to a file, or give {password.file}",
                        "nothing fills {nothing}",
                        "minBites: there is no such field",
                        "match: is no regular expression");
        assertThatThrownBy(() -> read(GOOD.substring(0, GOOD.indexOf("capture:"))))
                .hasMessageContainingAll("capture: is missing", "restoreScratch: is missing");
    }

    @Test
    void what_would_run_its_arguments_as_programs_is_no_program_of_a_recipe() {
        for (String deputy : List.of(
                "sh", "bash", "bash-static", "ksh93", "busybox", "python3.13", "perl", "gawk", "original-awk", "sed", "node", "ruby3.1", "php8.2", "lua5.4",
                "env", "xargs", "sudo", "su", "doas", "nice", "nohup", "timeout", "setsid", "chroot", "ssh", "../cp", "/bin/cp", "m4", "ld.so",
                "ld-linux-x86-64.so.2", "ld-musl-x86_64.so.1", "su-exec", "gosu", "docker", "docker-compose", "podman", "nerdctl", "ctr", "gcc-12", "cc",
                "make", "man", "less", "more", "cpio", "dpkg", "dpkg-deb", "apt-get", "rpm", "ssh-agent", "script", "screen", "tmux", "watch", "xterm",
                "gdb", "strace", "ltrace", "perf", "setarch", "linux32", "x86_64", "taskset", "chrt", "ionice", "numactl", "flock", "parallel", "ed", "ex",
                "vi", "vim.tiny", "view", "emacs-nox", "nano", "mvn", "VIM")) {
            assertThatThrownBy(() -> read(GOOD.replace("[cp, wc,", "[" + deputy + ", cp, wc,")))
                    .as(deputy)
                    .hasMessageContaining("programs: '" + deputy + "'");
        }
        // Their names begin or end as those of others do.
        read(GOOD.replace("[cp, wc,", "[edquota, docker-registry, dpkg-query, sha256sum, mongosh, kubectl, mkdir, rsync, nft, viewer, seq, b2, cp, wc,"));
    }

    @Test
    void no_argument_makes_a_program_run_one_that_is_not_in_the_list() {
        for (String argv : List.of(
                "find, \"{file}\", -exec, cp, \"{}\", /tmp, ;",
                "find, /, -okdir, cp",
                "tar, --create, --checkpoint=1, --checkpoint-action=exec=id",
                "split, --fil=id, x",
                "sort, --compress=id",
                "etcdctl, lock, l, id",
                "nc, -e/bin/sh, h, 1",
                "rclone, serve, sftp",
                "kubectl, config, set-credentials, u, --exec-command=id",
                "tar, --extract, --to-c=id",
                "tar, -cIid, x",
                "tar, xIf, id",
                "tar, --use-compress-program=id",
                "rsync, -avze, id, a, b",
                "rsync, --rsh=id, a, b",
                "git, -c, core.sshCommand=id, fetch",
                "git, clone, --upload-pack=id, x",
                "git, submodule, foreach, id",
                "git, config, alias.x, \"!id\"",
                "git, clone, --config=core.fsmonitor=id, x",
                "git, config, core.sshCommand, id",
                "git, config, diff.x.textconv, id",
                "git, clone, \"ext::id\"",
                "restic, --password-command=id, snapshots",
                "restic, -o, sftp.command=id, snapshots",
                "restic, --option=rclone.program=id, snapshots",
                "restic, \"--repo=sftp:h:/x\", snapshots",
                "rclone, --password-command, id, ls",
                "helm, upgrade, x, y, --post-renderer=id",
                "psql, '--command=\\! id'",
                "psql, -c, '\\o | id'",
                "psql, -c, 'select 1 \\g |id'",
                "psql, -c, '\\copy x to program ls'",
                "psql, -c, '\\set x `id`'",
                "psql, -o, '|id'",
                "psql, '--output=|id'",
                "mariadb, -e, '\\! id'",
                "mariadb, -e, 'select 1; system id'",
                "mariadb, '--execute=system id'",
                "mariadb, -Be, \"pager id\"",
                "nc, -e, id",
                "socat, STDIO, \"EXEC:id\"",
                "socat, STDIO, \"SYSTEM:cp a b\"",
                "nsenter, --all, id",
                "unshare, --net, nsenter, --all, cp",
                "unshare, --net, find, -exec, id",
                "unshare, -S, \"0\", cp")) {
            assertThatThrownBy(() -> read(GOOD.replace("[cp, wc,", "[find, tar, rsync, git, nc, socat, nsenter, unshare, restic, rclone, helm, psql, mariadb, split, sort, etcdctl, kubectl, cp, wc,")
                            .replace("run: [cp, \"{file}\", \"{tree}/notes\"]", "run: [" + argv + "]")))
                    .as(argv)
                    .hasMessageContaining("capture[0].run: ")
                    .hasMessageContaining("run ");
        }
        for (String argv : List.of(
                "find, \"{file}\", -printf, x",
                "tar, --extract, --checkpoint=1, -C, \"{tree}\", -xzf, x",
                "git, clone, --mirror, \"https://x/y.git\"",
                "git, config, user.name, x",
                "restic, \"--repo={tree}/repository\", --password-file=x, backup, x",
                "helm, get, values, x",
                "psql, -c, 'select a || b from program'",
                "psql, -c, '\\copy x from y'",
                "psql, -o, '{tree}/x'",
                "mariadb, -Be, 'select system from editions', shop",
                "nsenter, --net=/x, cp, a, b",
                "socat, \"UNIX-LISTEN:x,fork\", \"EXEC:cp -a\"")) {
            read(GOOD.replace("[cp, wc,", "[find, tar, git, socat, nsenter, restic, helm, psql, mariadb, cp, wc,")
                    .replace("run: [cp, \"{file}\", \"{tree}/notes\"]", "run: [" + argv + "]"));
        }
        assertThatThrownBy(() -> read(GOOD.replace("    expect: [{file: \"{tree}/notes\", minBytes: 3", "    environment: {LD_PRELOAD: \"{work}/x.so\"}\n    expect: [{file: \"{tree}/notes\", minBytes: 3")))
                .hasMessageContaining("environment.LD_PRELOAD: 'LD_PRELOAD' makes programs run others");
    }

    @Test
    void an_expectation_that_expects_nothing_and_a_look_that_tells_nothing_are_faults() {
        assertThatThrownBy(() -> read(GOOD.replace(", minBytes: 1}", "}"))).hasMessageContaining("what is expected?");
        assertThatThrownBy(() -> read(GOOD.replace("\"^([0-9]+)\"", "\"^[0-9]+\"")))
                .hasMessageContaining("a name with match (one group)");
        assertThatThrownBy(() -> read(GOOD.replace("{name: bytes, match", "{match")))
                .hasMessageContaining("match alone with two groups");
        assertThatThrownBy(() -> read(GOOD.replace("  - expect: [{file: \"{tree}/notes\", minBytes: 1}]\n", "  []\n")))
                .hasMessageContaining("restoreScratch: is missing");
        assertThatThrownBy(() -> read(GOOD + "stream: true\nverify: [{expect: [{minBytes: 1}]}]\n"))
                .hasMessageContaining("verify: there is no file to verify in a stream");
    }

    @Test
    void values_are_what_their_types_say_and_never_an_option() {
        assertThat(Parameter.of("p", Parameter.Type.NAME, "").fault("--all")).isPresent();
        assertThat(Parameter.of("p", Parameter.Type.NAME, "").fault("shop; drop")).isPresent();
        assertThat(Parameter.of("p", Parameter.Type.NAME, "").fault("shop_1.main")).isEmpty();
        assertThat(Parameter.of("p", Parameter.Type.PORT, "").fault("70000")).isPresent();
        assertThat(Parameter.of("p", Parameter.Type.HOST, "").fault("db-1.example")).isEmpty();
        assertThat(Parameter.of("p", Parameter.Type.HOST, "").fault("-oProxyCommand=x")).isPresent();
        assertThat(Parameter.of("p", Parameter.Type.TEXT, "").fault("a\nb")).isPresent();
        assertThat(Parameter.of("p", Parameter.Type.SECRET, "").fault("hunter2")).isPresent();
    }

    @Test
    void an_argument_is_left_out_when_nothing_fills_what_may_stay_open() throws Exception {
        String open = GOOD.replace("password: {type", "option: {type: URL, usual: \"\", doc: may stay open}\n  password: {type")
                .replace("[wc, -c,", "[wc, \"--{option?}\", -c,");
        assertThat(read(open).parameters()).anySatisfy(each -> assertThat(each.fault("")).isEmpty());
        assertThat(read(open).parameters()).anySatisfy(each -> assertThat(each.fault("")).isPresent());
        assertThat(Gaps.fill(List.of("a", "--b={b?}", "--c={c?}"), Map.of("b", "", "c", "{b?}")))
                .containsExactly("a", "--c={b?}");
        assertThatThrownBy(() -> read(open.replace("{option?}", "{optional?}"))).hasMessageContaining("nothing fills {optional}");
        assertThatThrownBy(() -> read(open.replace("\"{tree}/notes\"}", "\"{option?}\"}")))
                .hasMessageContaining("scratch.file: {option?} is for arguments");
    }

    @Test
    void what_fills_a_gap_makes_no_other() {
        assertThat(Gaps.fill("{one} {two} {not a gap}", Map.of("one", "{two}", "two", "$2\\")))
                .isEqualTo("{two} $2\\ {not a gap}");
    }

    @Test
    void what_is_captured_is_what_comes_back() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Item item = notes("one\nthe end\n");
        Recipe recipe = recipe(GOOD);
        Capture capture = recipe.capture(item, "BKP-1", out);
        assertThat(capture.contents()).isEqualTo(Map.of("bytes", "12"));
        assertThat(recipe.restore(
                        item, capture.notes(), new ByteArrayInputStream(out.toByteArray()), folder.resolve("scratch")))
                .isEqualTo(capture.contents());
        assertThat(folder.resolve("work")).isEmptyDirectory();
    }

    @Test
    void a_program_that_says_0_and_lies_is_found_out() {
        assertThatThrownBy(() -> capture(GOOD, "x\n")).hasMessage("notes has 2 bytes, at least 3 are needed");
        assertThatThrownBy(() -> capture(GOOD, "TODO\nthe end\n")).hasMessage("notes does not fit on line 1");
        assertThatThrownBy(() -> capture(GOOD, "the end\ncut o")).hasMessageContaining("it is cut off");
        String silent = GOOD.replace("run: [cp, \"{file}\", \"{tree}/notes\"]", "run: [wc, -c, \"{file}\"]");
        assertThatThrownBy(() -> capture(silent, "the end\n")).hasMessage("notes is not there");
    }

    @Test
    void exit_codes_mean_what_the_recipe_says_and_others_are_failures() throws Exception {
        String exits = GOOD.replace(
                "run: [cp, \"{file}\", \"{tree}/notes\"]",
                "run: [diff, /dev/null, \"{file}\"]\n    stdout: \"{tree}/notes\"");
        assertThatThrownBy(() -> capture(exits, "the end\n")).hasMessageContaining("diff failed with exit 1");
        String warns = exits.replace("stdout:", "exit: {ok: [0], warn: [1]}\n    stdout:");
        assertThat(capture(warns, "the end\n").notes()).containsEntry("warnings", "diff: exit 1");
    }

    @Test
    void a_secret_that_a_program_shows_is_not_told_and_one_that_is_not_installed_is_named() {
        String shows = GOOD.replace(
                "run: [cp, \"{file}\", \"{tree}/notes\"]", "run: [diff, /dev/null, \"{password.file}\"]");
        assertThatThrownBy(() -> capture(shows, "the end\n"))
                .hasMessageContaining("diff failed with exit 1").hasMessageContaining("> ***")
                .satisfies(thrown -> assertThat(thrown.toString()).doesNotContain("planted"));
        String absent = GOOD.replace("|cat]", "]").replace("[cp, \"{file}\"", "[missing-program, \"{file}\"");
        assertThatThrownBy(() -> capture(absent, "the end\n")).hasMessageContaining("missing-program is not installed in any of");
    }

    @Test
    void nothing_learnt_is_nothing_to_compare() {
        String blind = GOOD.replace("{name: bytes, match: \"^([0-9]+)\"}", "{match: \"^(never) ([0-9]+)$\"}");
        assertThatThrownBy(() -> capture(blind, "the end\n")).hasMessageContaining("tells nothing of notes that could be compared");
    }
}
