package slipway.audit.transparency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Leaves and roots are those by which implementations of Certificate Transparency are tested.
class TreeTest {

    private static final List<String> LEAVES =
            List.of("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f");

    private static final List<String> ROOTS = List.of(
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

    @Test
    void roots_are_those_of_certificate_transparency() {
        List<Hash> leaves = LEAVES.stream()
                .map(leaf -> Hash.leaf(HexFormat.of().parseHex(leaf)))
                .toList();
        for (int size = 0; size < ROOTS.size(); size++) {
            assertThat(tree(leaves, size).root().bytes()).asHexString().isEqualToIgnoringCase(ROOTS.get(size));
        }
    }

    @Test
    void every_leaf_of_every_tree_is_proven_and_no_other() {
        List<Hash> leaves = leaves(40);
        for (int size = 1; size <= leaves.size(); size++) {
            Tree tree = tree(leaves, size);
            Hash root = tree.root();
            for (int leaf = 0; leaf < size; leaf++) {
                List<Hash> path = tree.inclusion(leaf);
                assertThat(Proof.includes(root, size, leaf, leaves.get(leaf), path)).isTrue();
                assertThat(Proof.includes(root, size, leaf, Hash.leaf(new byte[] {9}), path)).isFalse();
                assertThat(Proof.includes(root, size, (leaf + 1) % (size + 1), leaves.get(leaf), path)).isFalse();
                assertThat(Proof.includes(Hash.EMPTY, size, leaf, leaves.get(leaf), path)).isFalse();
                List<Hash> longer = new ArrayList<>(path);
                longer.add(root);
                assertThat(Proof.includes(root, size, leaf, leaves.get(leaf), longer)).isFalse();
                if (!path.isEmpty()) {
                    assertThat(Proof.includes(root, size, leaf, leaves.get(leaf), path.subList(1, path.size()))).isFalse();
                }
            }
        }
    }

    @Test
    void every_tree_is_proven_to_be_every_earlier_one_grown_and_of_no_other() {
        List<Hash> leaves = leaves(40);
        List<Hash> others = new ArrayList<>(leaves);
        others.set(0, Hash.leaf(new byte[] {9}));
        for (int size = 1; size <= leaves.size(); size++) {
            Tree tree = tree(leaves, size);
            for (int earlier = 1; earlier <= size; earlier++) {
                List<Hash> path = tree.consistency(earlier);
                Hash before = tree(leaves, earlier).root();
                assertThat(Proof.extendsTo(before, earlier, tree.root(), size, path)).isTrue();
                assertThat(Proof.extendsTo(tree(others, earlier).root(), earlier, tree.root(), size, path)).isFalse();
                assertThat(Proof.extendsTo(before, earlier, tree(others, size).root(), size, path)).isFalse();
                List<Hash> longer = new ArrayList<>(path);
                longer.add(before);
                assertThat(Proof.extendsTo(before, earlier, tree.root(), size, longer)).isFalse();
                if (!path.isEmpty()) {
                    assertThat(Proof.extendsTo(before, earlier, tree.root(), size, path.subList(0, path.size() - 1))).isFalse();
                }
            }
        }
    }

    @Test
    void what_no_tree_can_prove_is_refused() {
        Tree tree = tree(leaves(3), 3);
        assertThatThrownBy(() -> tree.inclusion(3)).hasMessage("there is no leaf 3 in a tree of 3");
        assertThatThrownBy(() -> tree.consistency(4)).hasMessage("a tree of 3 leaves proves nothing about one of 4");
        assertThatThrownBy(() -> tree.consistency(0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(Proof.extendsTo(tree.root(), 4, tree.root(), 3, List.of())).isFalse();
        assertThat(Proof.includes(tree.root(), 3, 3, Hash.EMPTY, List.of())).isFalse();
    }

    private static List<Hash> leaves(int count) {
        return IntStream.range(0, count)
                .mapToObj(each -> Hash.leaf(("leaf " + each).getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    private static Tree tree(List<Hash> leaves, int size) {
        return new Tree((level, index) -> node(leaves, level, index), size);
    }

    private static Hash node(List<Hash> leaves, int level, long index) {
        return level == 0
                ? leaves.get((int) index)
                : Hash.join(node(leaves, level - 1, 2 * index), node(leaves, level - 1, 2 * index + 1));
    }
}
