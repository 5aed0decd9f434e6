package slipway.change.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.ClassPathResource;
import slipway.http.Refusal;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Sources are data: what is wrong with them is said at the start, all at once, and the published schema says the same of their shape.
class SourceFileTest {

    static final List<String> BROUGHT = Sources.BROUGHT;

    private static final String GOOD =
            """
            source: mine
            signature: {kind: BASIC}
            format: JSON
            headers: [X-Event]
            key: body.id
            rules:
              - {name: a, when: 'body.a == 1', then: draft, accounts: [body.who], subject: body.about, with: {title: body.title, tags: ['"a"'], soakSeconds: 5}}
              - {name: b, when: 'true', then: ignore, reason: not for us}
            """;

    @ParameterizedTest
    @FieldSource("BROUGHT")
    void those_that_come_with_the_product_are_sound(String name) throws IOException {
        byte[] yaml = Sources.brought(name);
        assertThat(SourceFile.read(yaml).name()).isEqualTo(name);
        assertThat(bySchema(new String(yaml, StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    void a_sound_file_is_sound_for_both() throws IOException {
        assertThat(SourceFile.read(bytes(GOOD)).rules()).hasSize(2);
        assertThat(bySchema(GOOD)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "change: body.c, ", "subject: body.s, "})
    void evidence_that_says_what_it_is_about_needs_no_change(String more) throws IOException {
        String yaml = GOOD.replace("then: draft, accounts: [body.who], subject: body.about", "then: evidence, " + more + "about: [body.about]");
        assertThat(SourceFile.read(bytes(yaml)).rules().getFirst().about()).hasSize(1);
        assertThat(bySchema(yaml)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "then: gate, about: [body.about], service: body.service, with: {url: body.url}",
        "then: gate, change: body.change, with: {url: body.url}",
        "then: link, subject: body.pull, about: [body.commit]",
        "then: draft, joins: true, mirrors: true, subject: body.pull, about: [body.commit], with: {title: body.title}",
        "then: withdraw, accounts: [body.who], subject: body.pull, with: {reason: body.why}",
        "then: link, subject: body.pull, from: body.head, about: [body.commit]",
    })
    void gates_find_their_change_by_what_it_is_about(String rule) throws IOException {
        String yaml = GOOD.replace("then: ignore, reason: not for us", rule);
        assertThat(SourceFile.read(bytes(yaml)).rules()).hasSize(2);
        assertThat(bySchema(yaml)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "source: mine->source: Mine!",
        "then: draft, ->then: draft, joins: true, ",
        "then: draft, accounts: [body.who], subject: body.about->then: draft, accounts: [body.who], mirrors: true",
        "then: draft, accounts: [body.who], subject: body.about->then: withdraw, accounts: [body.who]",
        "then: draft, accounts: [body.who], subject: body.about->then: evidence, subject: body.about, mirrors: true",
        "then: draft, accounts: [body.who], subject: body.about->then: evidence, about: [body.about], joins: true",
        "kind: BASIC->kind: MAGIC",
        "format: JSON->format: XML",
        "{kind: BASIC}->{header: X}",
        "kind: BASIC->kind: BASIC, secret: abc",
        "headers: [X-Event]->headers: [a b]",
        "then: draft->then: pay",
        "then: ignore, reason: not for us->then: ignore, with: {a: body.a}",
        "then: ignore, reason: not for us->then: submit",
        "when: 'true', ->",
        "soakSeconds: 5->soakSeconds: null",
        "source: mine->colour: red",
        "then: draft, accounts: [body.who]->then: alert, accounts: [body.who]",
        "then: draft, accounts: [body.who], subject: body.about->then: evidence",
        "then: draft, accounts: [body.who], subject: body.about->then: evidence, change: body.c, subject: body.about",
        "then: draft, accounts: [body.who]->then: draft, change: body.c, accounts: [body.who]",
        "then: draft, accounts: [body.who], subject: body.about->then: evidence, about: []",
        "then: draft, accounts: [body.who], subject: body.about->then: alert, about: [body.about]",
        "then: ignore, reason: not for us->then: ignore, about: [body.about]",
        "then: draft, accounts: [body.who], subject: body.about->then: gate, subject: body.about",
        "then: draft, accounts: [body.who], subject: body.about->then: gate, about: []",
        "then: draft, accounts: [body.who]->then: draft, service: body.service, accounts: [body.who]",
        "then: ignore, reason: not for us->then: link, subject: body.about",
        "then: ignore, reason: not for us->then: link, about: [body.about]",
        "then: ignore, reason: not for us->then: ignore, from: body.a",
        "then: ignore, reason: not for us->then: link, subject: body.a, about: [body.a], reason: so",
        "then: draft, accounts: [body.who], subject: body.about->then: link, subject: body.a, about: [body.a]",
    })
    void what_the_schema_refuses_the_reader_refuses(String change) throws IOException {
        String[] parts = change.split("->", 2);
        String bad = GOOD.replace(parts[0], parts[1]);
        assertThat(bad).isNotEqualTo(GOOD);
        assertThat(bySchema(bad)).isNotEmpty();
        assertThatThrownBy(() -> SourceFile.read(bytes(bad))).isInstanceOf(Refusal.class);
    }

    @Test
    void every_fault_is_named_at_once() {
        String bad = GOOD.replace("X-Event", "Authorization, X-Api-Key")
                .replace("body.a == 1", "body.a +")
                .replace("body.title", "nothing.title")
                .replace("key: body.id", "key: headers.size(")
                .replace("name: b", "name: a");
        assertThatThrownBy(() -> SourceFile.read(bytes(bad))).isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.reasons())
                .anyMatch(each -> each.startsWith("headers: Authorization may carry a secret"))
                .anyMatch(each -> each.startsWith("headers: X-Api-Key may carry a secret"))
                .anyMatch(each -> each.startsWith("rule a, when: 1:"))
                .anyMatch(each -> each.startsWith("rule a, with.title: 1:") && each.contains("nothing"))
                .anyMatch(each -> each.startsWith("key: 1:"))
                .anyMatch(each -> each.contains("there is another rule 'a'")));
    }

    @Test
    void of_an_unknown_word_only_the_word_is_told() {
        assertThatThrownBy(() -> SourceFile.read(bytes(GOOD.replace("then: draft", "then: draught"))))
                .isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.reasons())
                        .singleElement().asString().startsWith("rules[0].then: is 'draught', not one of"));
    }

    @Test
    void a_service_with_bad_files_does_not_start_and_says_all_that_is_wrong(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("mine.yaml"), GOOD.replace("then: draft", "then: pay"));
        Files.writeString(folder.resolve("other.yaml"), GOOD);
        Files.writeString(folder.resolve("short.secret"), "1234");
        Path file = Files.writeString(folder.resolve("intake.txt"), """
                sources:
                  github:
                    secretFiles: [%s/short.secret, %s/none.secret]
                    settings: 1
                    app: {privateKeyFile: %s/short.secret, api: "http://github.example.org/"}
                  nobody: {secretFiles: []}
                """.formatted(folder, folder, folder));
        assertThatThrownBy(() -> new Sources(file.toString(), folder.toString()))
                .hasMessageContaining("mine.yaml: rules[0].then: is 'pay'")
                .hasMessageContaining("other.yaml: source: is mine; name the file after it")
                .hasMessageContaining("short.secret has less than 16 bytes")
                .hasMessageContaining("none.secret cannot be read")
                .hasMessageContaining("app.id: is missing")
                .hasMessageContaining("short.secret is no key in PKCS#8")
                .hasMessageContaining("app.api: must be an https URL")
                .hasMessageContaining("settings: must be fields with values")
                .hasMessageContaining("there is no source nobody")
                .satisfies(faulty -> assertThat(faulty.getMessage().lines().skip(1)).doesNotHaveDuplicates())
                .hasMessageNotContaining("1234");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "x", "fifteen bytes..\n"})
    void a_secret_that_was_emptied_meanwhile_lets_nobody_in(String content, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), content);
        Path next = Files.writeString(folder.resolve("next"), "the one that comes next");
        assertThat(new Installation.Here(List.of(file), Map.of(), Map.of(), null).secrets()).isEmpty();
        assertThat(new Installation.Here(List.of(file, next), Map.of(), Map.of(), null).secrets())
                .containsExactly(bytes("the one that comes next"));
        Signature token = new Signature(Signature.Kind.TOKEN_HEADER, "x-token", false);
        assertThat(token.fault(Map.of("x-token", content.strip()), bytes("{}"), List.of(), Instant.EPOCH)).isNotNull();
    }

    private static List<?> bySchema(String yaml) throws IOException {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(new ClassPathResource("intake/source.schema.json").getContentAsString(StandardCharsets.UTF_8), InputFormat.JSON);
        String json = new JsonMapper().writeValueAsString(new YAMLMapper().readTree(yaml));
        return schema.validate(json, InputFormat.JSON);
    }

    private static byte[] bytes(String yaml) {
        return yaml.getBytes(StandardCharsets.UTF_8);
    }
}
