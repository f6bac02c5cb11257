// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.mask;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Runs of bad rows against tables of single ones. */
class BadRowLogTest {
    private static final int ROWS = 40;
    private static final int COLUMNS = 2;

    private record Note(int column, int first, int rows, String error) {}

    @Provide
    Arbitrary<List<Note>> notes() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, COLUMNS - 1),
                        Arbitraries.integers().between(0, ROWS - 1),
                        Arbitraries.integers().between(1, 12),
                        Arbitraries.of("a", "b"))
                .as((column, first, rows, error) -> new Note(column, first, Math.min(rows, ROWS - first), error))
                .list()
                .ofMaxSize(12);
    }

    @Property(tries = 300)
    void everyRowHasTheErrorThatItWasFirstNotedWith(@ForAll("notes") List<Note> notes) {
        BadRowLog log = new BadRowLog(COLUMNS);
        String[][] expected = new String[COLUMNS][ROWS];
        assertThat(log.isEmpty()).isTrue();
        for (Note note : notes) {
            log.note(note.column, note.first, note.first + note.rows, note.error);
            for (int row = note.first; row < note.first + note.rows; row++) {
                String known = expected[note.column][row];
                expected[note.column][row] = known == null ? note.error : known;
            }
        }
        assertThat(log.isEmpty()).isEqualTo(notes.isEmpty());
        BitSet inSecond = new BitSet();
        for (int row = 0; row < ROWS; row++) {
            int column = expected[0][row] != null ? 0 : 1;
            BadRow found = expected[column][row] == null ? null : new BadRow(row, column, expected[column][row]);
            assertThat(log.find(row, COLUMNS)).isEqualTo(found);
            inSecond.set(row, expected[1][row] != null);
        }
        for (int first = 0; first < ROWS; first += 7) {
            for (int rows = 1; first + rows <= ROWS; rows += 5) {
                assertThat(log.within(first, rows, new boolean[] {false, true}))
                        .isEqualTo(inSecond.get(first, first + rows));
            }
        }
        log.forgetBefore(20);
        for (int row = 20; row < ROWS; row++) {
            assertThat(log.find(row, new boolean[] {false, true}) != null).isEqualTo(inSecond.get(row));
        }
        log.forgetBefore(ROWS);
        assertThat(log.isEmpty()).isTrue();
    }

    @Property(tries = 300)
    void aSetOfRowsHasEachOnce(@ForAll("rows") List<Integer> rows) {
        RowSet set = new RowSet();
        Set<Integer> expected = new HashSet<>();
        for (int row : rows) {
            assertThat(set.add(row)).isEqualTo(expected.add(row));
        }
    }

    @Provide
    Arbitrary<List<Integer>> rows() {
        return Arbitraries.integers().between(0, 25).list().ofMaxSize(60);
    }
}
