package slipway.backup.recipe;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One step of a verb. Texts may have gaps, `{name}`, that are filled when it is done.
sealed interface Act {

    /// Runs a program to its end.
    ///
    /// @param argv the program, by its name in the recipe's list, and its arguments
    /// @param stdin a file that it reads; null: nothing
    /// @param stdout a file that gets all that it says; null: the beginning is kept
    /// @param captured its standard input is what was captured (restoring), or its standard output is what is captured
    /// @param copied the file in which a restored copy has what this says of the live system; null: the copy is asked as the system is
    /// @param expected otherwise it failed
    /// @param until as long as this is not so, it is done again, at most for the whole of `timeout`
    /// @param every pause in between
    /// @param taken gaps that later acts of the verb may use, by pointers into the JSON that it says
    record Run(
            List<String> argv,
            Exits exits,
            Duration timeout,
            Map<String, String> environment,
            @Nullable String stdin,
            @Nullable String stdout,
            boolean captured,
            @Nullable String copied,
            List<Expected> expected,
            List<Expected> until,
            Duration every,
            Map<String, String> taken,
            List<Told> told)
            implements Act {

        /// Whether anything is looked for in what it says; otherwise that is data, as long as it likes, for a later act.
        boolean reads() {
            return stdout == null || !(expected.isEmpty() && until.isEmpty() && taken.isEmpty() && told.isEmpty());
        }
    }

    /// Starts a program that goes on until the verb is over, and waits until it is ready.
    ///
    /// @param ready a program that ends with 0 as soon as the other one is
    record Serve(List<String> argv, List<String> ready, Map<String, String> environment, Duration timeout)
            implements Act {}

    /// Writes a file that nobody else may read. Here, and in an environment, a secret may be filled in by value.
    record Write(String file, String text) implements Act {}

    /// Learns how a directory, or a file, looks, see [TreeLook]; owners as far as a parameter `owners` says so, or there is none.
    ///
    /// @param without names, directly below it, that do not count
    /// @param copied where the restored copy has it, when the recipe itself made what is surveyed of the live system, so that whose it is says
    ///     nothing; null: the copy is surveyed where the system is
    /// @param attributes whether the copy keeps extended ones: then they are compared, see [Attributes#digest]
    record Survey(String tree, Set<String> without, @Nullable String copied, boolean attributes) implements Act {}

    /// Another one, which is done for sets of some versions of the recipe, or where the plan gives some parameter.
    ///
    /// @param since that version of the recipe, for what was sealed by it or a later one
    /// @param before that version, for what was sealed by an earlier one
    /// @param given a parameter that is not left open; null: whatever is given
    record Sometimes(int since, int before, @Nullable String given, Act act) implements Act {}

    /// Another one, which is done for each file of a folder, in the order of their names.
    record Each(String folder, Act act) implements Act {
        /// Gap: the path of the file.
        static final String FILE = "each";
        /// Gap: its name.
        static final String NAME = "each.name";
    }

    /// Looks at what is there.
    record Check(List<Expected> expected) implements Act {}

    /// What exit codes mean; one that is in none of the lists is a failure, and so is one of a program that was killed.
    ///
    /// @param ok as it should be
    /// @param warn it did its work, and somebody should know
    /// @param retry worth another try
    record Exits(Set<Integer> ok, Set<Integer> warn, Set<Integer> retry) {}

    /// What has to be so after a program said that it is done. The tools' own word is not enough.
    ///
    /// @param file what is looked at; null: what the program said
    /// @param minBytes -1: any
    /// @param contains null: anything
    /// @param lacks null: nothing
    /// @param lastLine null: any
    /// @param pointer into JSON (RFC 6901), null: it is no JSON
    /// @param equals what is there; null: anything but null
    /// @param minCount of elements there, -1: any
    record Expected(
            @Nullable String file,
            long minBytes,
            @Nullable Pattern contains,
            @Nullable Pattern lacks,
            @Nullable Pattern lastLine,
            @Nullable String pointer,
            @Nullable String equals,
            long minCount) {}

    /// What is learnt about the system from what a program said: as `name` by the first group of `match` or what is at `pointer`; or,
    /// without a name, one for each line that matches, by its first and second group.
    record Told(@Nullable String name, @Nullable Pattern match, @Nullable String pointer, boolean digest) {}
}
