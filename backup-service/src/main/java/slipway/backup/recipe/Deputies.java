package slipway.backup.recipe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Programs that run others. With one of them, the list of a recipe's programs would say nothing about what runs: it is what a reviewer of a
/// recipe reads first. This is no sandbox. Recipes are code that the operator installs, and a program that may write files can have them run
/// by somebody else; what is refused here is what does it by design.
final class Deputies {

    /// How they come to run others, as it stands in the table.
    private enum Way {
        READS("runs what it reads"),
        TOLD("would run what it is told by its arguments");

        private final String words;

        Way(String words) {
            this.words = words;
        }
    }

    private static final Map<String, Way> NAMES = new HashMap<>();
    private static final Map<String, Way> BEGINNINGS = new HashMap<>();

    static {
        table().lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(line -> {
            List<String> words = List.of(line.split("[: ]+"));
            Way way = Way.valueOf(words.getFirst().toUpperCase(Locale.ROOT));
            words.stream().skip(1).forEach(name -> {
                if (name.endsWith("*")) {
                    BEGINNINGS.put(name.substring(0, name.length() - 1), way);
                } else {
                    NAMES.put(name, way);
                }
            });
        });
    }

    private static String table() {
        try (InputStream in = Deputies.class.getResourceAsStream("deputies.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// They run, in another place, the program that follows their options; which has to be one of the recipe's.
    private static final Set<String> PLACES = Set.of("nsenter", "unshare");

    private static final String MYSQL = ".*\\\\[!Pe].*|--pag.*|(?i:(-[a-z]*e|--exe[a-z]*=)?(.*[;\\n])?\\s*(system|pager|edit)\\s.*)";

    /// Arguments by which a program runs others, as far as that is known.
    private static final Map<String, Pattern> OPTIONS = Map.ofEntries(
            entry("find", "-(exec|ok)(dir)?"),
            // Long ones may be cut as far as they are no others.
            entry("tar", "--(checkpoint-.*|to-.*|use.*|info-.*|new-.*|rsh.*|rmt.*)|-[A-Za-z]*[IF].*"),
            entry("rsync", "--rsh.*|--rsync-p.*|-[A-Za-z0-9]*e.*"),
            entry(
                    "git",
                    "-c|--conf.*|--exec.*|--upload-p.*|-u.*|--receive-p.*|-x.*|--extcmd.*|--open-files.*|-O.*|--temp.*|foreach|filter-branch|difftool|mergetool|bisect"
                            // Settings that are or name programs, and addresses that do.
                            + "|ext::.*|!.*|(?i:(alias|pager|includeif|protocol)\\..*|url\\..*insteadof.*|include\\.path.*"
                            + "|core\\.(fsmonitor|sshcommand|pager|editor|hookspath|askpass|gitproxy|alternaterefscommand).*"
                            + "|[a-z].*\\.(command|cmd|program|driver|textconv|process|clean|smudge|helper|external|editor|browser|uploadpack|receivepack|update|askpass)(=.*)?)"),
            entry("nc", "-[A-Za-z]*[ec].*|--(exec|sh-exec|lua-exec).*"),
            entry("ncat", "-[A-Za-z]*[ec].*|--(exec|sh-exec|lua-exec).*"),
            entry("zip", "-[A-Za-z]*T+T.*|--unzip-command.*"),
            entry("sort", "--co.*"),
            entry("split", "--f.*"),
            entry("restic", "--(from-)?password-c.*|.*(sftp|rclone)\\.(command|args|program).*|(-r|--(from-)?repo=)?(sftp|rclone):.*|--stdin-from-c.*"),
            entry("rclone", "config|serve|--([a-z0-9-]*-)?command.*|--metadata-mapper.*|--sftp-ssh.*|.*[,:]ssh=.*"),
            entry("bsdtar", "--(use.*|.*-prog.*)|-[A-Za-z]*[I].*"),
            entry("etcdctl", "lock|watch"),
            entry("consul", "lock|watch|exec"),
            entry("kubectl", "config|plugin|.*exec-command.*"),
            entry("sqlite3", "(?i)(.*\\n)?\\s*\\.(shell|system|load|once|output|excel|edit).*|-cmd"),
            entry("pg_ctl", "-p.*"),
            entry("redis-server", "--loadmodule.*"),
            entry("tcpdump", "-[A-Za-z]*z.*"),
            entry("install", "--strip-p.*"),
            entry("wget", "--use-a.*"),
            entry("helm", "--post-renderer.*|plugin"),
            // What it is told by itself is its own; what SQL runs, the server runs.
            entry(
                    "psql",
                    ".*\\\\(!|(setenv|e|edit|ef|ev)\\b).*|.*\\\\(o|out|g|gx|w|write)\\s*(\\([^)]*\\)\\s*)?\\|.*|(?i:.*\\\\copy\\s.*program.*)|.*\\\\.*`.*"
                            + "|(-[A-Za-z]*o|--o[a-z]*=)?\\s*\\|.*"),
            entry("mariadb", MYSQL),
            entry("mysql", MYSQL));

    private static final Pattern SOCAT = Pattern.compile("(?i)(?:^|!!)(exec|system|shell)(?:[:,]\\s*([^\\s,]*))?");

    /// What lies there is run by programs that are nobody's business here: loaders, pagers, editors, transports.
    private static final Pattern VARIABLES = Pattern.compile(
            "LD_.*|DYLD_.*|PATH|IFS|ENV|BASH_.*|SHELL|KUBECTL_EXTERNAL_DIFF|OPENSSL_CONF|GCONV_PATH|PSQLRC|TF_CLI_CONFIG_FILE|.*PAGER|.*EDITOR|VISUAL|BROWSER|GIT_(SSH.*|EXTERNAL_DIFF|PROXY_COMMAND|ASKPASS|EXEC_PATH|CONFIG.*|TEMPLATE_DIR)"
                    + "|SSH_ASKPASS|RSYNC_(RSH|CONNECT_PROG)|TAR_OPTIONS|TAPE|PERL5.*|PYTHON.*|RUBY.*|NODE_OPTIONS|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|LESSOPEN|RESTIC_.*COMMAND|RCLONE_.*(COMMAND|_SSH|MAPPER)|HELM_(PLUGINS|BIN)");

    private Deputies() {}

    private static Map.Entry<String, Pattern> entry(String program, String arguments) {
        return Map.entry(program, Pattern.compile(arguments, Pattern.DOTALL));
    }

    /// Why it is no program of a recipe; empty: it may be.
    static Optional<String> fault(String program) {
        String name = program.toLowerCase(Locale.ROOT);
        // python3.13, ksh93, busybox-static
        String plain = name.replaceAll("([-.]static)?[-.0-9]*$", "");
        return Stream.of(name, plain)
                .flatMap(each -> Stream.concat(
                        Stream.ofNullable(NAMES.get(each)),
                        BEGINNINGS.entrySet().stream().filter(of -> each.startsWith(of.getKey())).map(Map.Entry::getValue)))
                .findFirst()
                .map(way -> "'" + program + "' " + way.words
                        + ", so the list of programs would say nothing about what runs; name the program itself");
    }

    /// Why these arguments will not do; empty: they do.
    ///
    /// @param programs of the recipe
    static Optional<String> fault(List<String> argv, Set<String> programs) {
        String program = argv.getFirst();
        List<String> arguments = argv.subList(1, argv.size());
        if (PLACES.contains(program)) {
            String inside = arguments.stream().filter(each -> !each.startsWith("-")).findFirst().orElse("");
            return programs.contains(inside) && !PLACES.contains(inside)
                    ? fault(argv.subList(argv.indexOf(inside), argv.size()), programs)
                    : Optional.of("'" + program + "' would run '" + inside + "', which is none of its programs; write options as --name=value");
        }
        if (program.equals("socat")) {
            return arguments.stream().map(each -> socat(each, programs)).flatMap(Optional::stream).findFirst();
        }
        Pattern options = OPTIONS.get(program);
        if (options != null) {
            return arguments.stream()
                    .filter(each -> options.matcher(each).matches() || bundled(program, arguments, each))
                    .findFirst()
                    .map(each -> "'" + each + "' makes " + program + " run another program, which the list of programs does not have");
        }
        return Optional.empty();
    }

    /// `tar xIf program …`, without a hyphen.
    private static boolean bundled(String program, List<String> arguments, String each) {
        return program.equals("tar") && each.equals(arguments.getFirst()) && each.matches("[A-Za-z]*[IF][A-Za-z]*");
    }

    private static Optional<String> socat(String address, Set<String> programs) {
        Matcher runs = SOCAT.matcher(address);
        while (runs.find()) {
            String inside = runs.group(2) == null ? "" : runs.group(2);
            if (!runs.group(1).equalsIgnoreCase("exec") || !programs.contains(inside)) {
                return Optional.of("'" + address + "' makes socat run '" + inside + "' by itself, which is none of its programs");
            }
        }
        return Optional.empty();
    }

    /// Why it may not be set; empty: it may.
    static Optional<String> faultOfVariable(String name, String value) {
        return !value.isEmpty() && VARIABLES.matcher(name).matches()
                ? Optional.of("'" + name + "' makes programs run others, which the list of programs does not have")
                : Optional.empty();
    }
}
