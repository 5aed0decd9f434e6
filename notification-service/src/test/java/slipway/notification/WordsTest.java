package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import slipway.events.change.ApprovalRequested;
import slipway.events.change.RFCSubmitted;
import slipway.notification.template.SampleFacts;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What people read: our templates, word for word, and what strangers can do in them.
class WordsTest {

    private static final String HOSTILE = "{{ by }} {% if true %} <b>now</b> <!channel> & \"more\" *stars*";

    /// Of each fact that has words: one that has all, and one that has as little as it can.
    @Test
    void our_words_are_these() throws Exception {
        List<String> words = Samples.TEMPLATES.facts().keySet().stream().sorted().flatMap(WordsTest::words).toList();
        assertThat(words).containsExactlyElementsOf(Files.readAllLines(Path.of("src/test/resources/words.txt")));
    }

    private static Stream<String> words(String name) {
        Schema schema = SpecificData.get().getSchema(FactTypes.find(name).orElseThrow());
        return SampleFacts.of(schema).subList(0, 2).stream().flatMap(fact -> {
            Wording wording = Samples.TEMPLATES.words(fact);
            return Stream.concat(Stream.of("# " + name, wording.headline()), wording.details().stream().map(each -> "    " + each));
        });
    }

    @Test
    void the_page_to_vote_on_is_a_link_in_html_and_what_others_wrote_is_none() {
        ApprovalRequested asked = Samples.approvalRequested();
        DecideLink page = DecideLink.at("https://slipway.example.org");
        for (List<SpecificRecord> facts : List.<List<SpecificRecord>>of(List.of(asked), List.of(asked, Samples.of(RFCSubmitted.getClassSchema())))) {
            assertThat(html(facts, fact -> page.beside(fact, Samples.TEMPLATES.words(fact))))
                    .contains("Decide: <a href=\"https://slipway.example.org/approve/CHG-7\">https://slipway.example.org/approve/CHG-7</a>")
                    .containsOnlyOnce("<a ");
        }
        String odd = "https://slipway.example.org@evil.example/approve/CHG-7";
        for (String none : List.of("Decide: " + odd, odd, "See https://x.org/y", "Decide: https://slipway.example.org/approve/CHG-8")) {
            assertThat(html(List.of(asked), fact -> page.beside(fact, new Wording("requested", List.of(none)))))
                    .contains("<p>" + none + "</p>")
                    .containsOnlyOnce("<a ");
        }
    }

    private static String html(List<SpecificRecord> facts, Function<SpecificRecord, Wording> words) {
        return Samples.TEMPLATES.html(Message.of("NTF-1", facts, words));
    }

    @Test
    void what_a_stranger_writes_is_text_in_every_channel() throws Exception {
        SpecificRecord submitted = Samples.of(RFCSubmitted.getClassSchema());
        SpecificRecord rfc = ((RFCSubmitted) submitted).getRfc();
        for (String field : List.of("title", "justification", "requester", "service")) {
            rfc.put(rfc.getSchema().getField(field).pos(), HOSTILE);
        }
        Message message = Samples.message("NTF-1", List.of(submitted));
        assertThat(message.subject()).isEqualTo("[CHG-7] requested: " + HOSTILE);
        assertThat(Samples.TEMPLATES.text(message)).contains("Why: " + HOSTILE);
        assertThat(Samples.TEMPLATES.html(message))
                .contains("<p>Why: {{ by }} {% if true %} &lt;b&gt;now&lt;/b&gt; &lt;!channel&gt; &amp; &quot;more&quot; *stars*</p>")
                .doesNotContain("<b>", "<!channel>");
        JsonMapper json = new JsonMapper();
        JsonNode slack = json.valueToTree(SlackBlocks.of(message));
        assertThat(slack.at("/0/text/text").asString())
                .contains("Why: {{ by }} {% if true %} &lt;b&gt;now&lt;/b&gt; &lt;!channel&gt; &amp; \"more\"")
                .doesNotContain("<");
        assertThat(slack.at("/0/text/verbatim").asBoolean()).as("nothing is taken for a mention").isTrue();
        Path url = Files.createTempFile("teams", ".url");
        Files.writeString(url, "https://example.org/x", StandardCharsets.UTF_8);
        JsonNode teams = json.readTree(ChatWords.teams(message, new Endpoint("room", "teams", null, url, List.of())).body());
        Files.delete(url);
        List<JsonNode> blocks = teams.at("/attachments/0/content/body").valueStream().toList();
        assertThat(blocks).allSatisfy(each -> assertThat(each.get("type").asString()).as("it takes no Markdown").isEqualTo("RichTextBlock"));
        assertThat(blocks).anyMatch(each -> each.at("/inlines/0/text").asString().equals("Why: " + HOSTILE));
    }
}
