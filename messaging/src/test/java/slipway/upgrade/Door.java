package slipway.upgrade;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Where the test asks one instance, whatever its version.
@RestController
final class Door {

    private final Holds holds;

    Door(Holds holds) {
        this.holds = holds;
    }

    /// What both versions can do.
    interface Holds {
        void hold(String change, String reason);

        /// All holds, as this version reads them.
        List<String> told(String change);
    }

    @PostMapping("/holds/{change}")
    List<String> hold(@PathVariable String change, @RequestParam String reason) {
        holds.hold(change, reason);
        return holds.told(change);
    }

    @GetMapping("/holds/{change}")
    List<String> told(@PathVariable String change) {
        return holds.told(change);
    }

    /// Runs a version, and writes its port to a file once it takes requests.
    ///
    /// @param arguments the file, then settings
    static void open(Class<?> version, String... arguments) throws Exception {
        String[] settings = List.of(arguments).subList(1, arguments.length).toArray(String[]::new);
        ConfigurableApplicationContext running = new SpringApplicationBuilder(version).run(settings);
        Path half = Path.of(arguments[0] + ".half");
        Files.writeString(half, running.getEnvironment().getRequiredProperty("local.server.port"));
        Files.move(half, Path.of(arguments[0]));
    }
}
