package slipway.change;

import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.Impact;
import slipway.change.domain.Inventory;
import slipway.http.Form;
import slipway.http.Person;
import slipway.http.Refusal;
import slipway.messaging.Cause;

/// People and configuration items over HTTP. Changes that have not started and reach more by it are assessed anew.
@RestController
@RequestMapping("/inventory")
class InventoryController {

    private static final String OPERATORS = "operators";

    private final InventoryStore store;

    InventoryController(InventoryStore store) {
        this.store = store;
    }

    /// @param version names this state of it
    record View(String version, List<Inventory.Person> people, List<Inventory.Item> configurationItems) {

        static View of(Inventory inventory) {
            return new View(inventory.version(), inventory.people(), inventory.configurationItems());
        }
    }

    @GetMapping
    View show() {
        return View.of(store.current());
    }

    /// Replaces the whole inventory; 422 names every fault, and then nothing has changed.
    @PutMapping
    View replace(@RequestBody Form.Bulk body, @AuthenticationPrincipal Jwt token) {
        return View.of(store.replace(body.form(), operator(token)));
    }

    @GetMapping("/items/{id}")
    Inventory.Item item(@PathVariable String id) {
        return store.current().item(id).orElseThrow(() -> noItem(id));
    }

    /// What suffers when this item does: everything reached, by the shortest path.
    @GetMapping("/items/{id}/impact")
    ChangeEvent.ImpactAssessed impact(@PathVariable String id) {
        Inventory inventory = store.current();
        inventory.item(id).orElseThrow(() -> noItem(id));
        return Impact.of(List.of(id), inventory);
    }

    @PutMapping("/items/{id}")
    Inventory.Item putItem(@PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        return store.putItem(id, form, operator(token));
    }

    @DeleteMapping("/items/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void removeItem(@PathVariable String id, @AuthenticationPrincipal Jwt token) {
        store.removeItem(id, operator(token));
    }

    @GetMapping("/people/{id}")
    Inventory.Person person(@PathVariable String id) {
        return store.current().person(id).orElseThrow(() -> Refusal.unknown("there is no person " + id));
    }

    @PutMapping("/people/{id}")
    Inventory.Person putPerson(@PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        return store.putPerson(id, form, operator(token));
    }

    @DeleteMapping("/people/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void removePerson(@PathVariable String id, @AuthenticationPrincipal Jwt token) {
        store.removePerson(id, operator(token));
    }

    private static Refusal noItem(String id) {
        return Refusal.unknown("there is no configuration item " + id);
    }

    static Cause operator(Jwt token) {
        Person person = Person.of(token);
        if (!person.groups().contains(OPERATORS)) {
            throw Refusal.forbidden(person.id() + " is not in the group " + OPERATORS);
        }
        return Cause.person(person.id(), person.actors(), null);
    }
}
