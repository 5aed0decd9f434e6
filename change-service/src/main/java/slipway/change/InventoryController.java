package slipway.change;

import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import slipway.change.domain.Inventory;
import slipway.http.Form;
import slipway.http.Person;
import slipway.http.Refusal;

/// People and configuration items over HTTP. Changes that were assessed already keep the graph they were assessed with.
@RestController
@RequestMapping("/inventory")
class InventoryController {

    private static final String OPERATORS = "operators";

    private final InventoryStore store;

    InventoryController(InventoryStore store) {
        this.store = store;
    }

    @GetMapping
    Inventory show() {
        return store.current();
    }

    /// Replaces the whole inventory; 422 names every fault, and then nothing has changed.
    @PutMapping
    Inventory replace(@RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        if (!person.groups().contains(OPERATORS)) {
            throw Refusal.forbidden(person.id() + " is not in the group " + OPERATORS);
        }
        return store.replace(form);
    }
}
