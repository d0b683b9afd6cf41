package io.merlinadapter.worker;

import io.merlinadapter.protocol.Capabilities.Tables;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the program was seen to do in all the lives of all workers: a successor is the same program, and need not be got to
 * know again. Event loop only, but for what says otherwise.
 */
final class Habits {
    /** Lives of one answer each, one after the other, before this is said. */
    static final int LIVES_OF_ONE_ANSWER = 3;
    /** Alarms of one kind that meant nothing, before they are not heeded any more. */
    static final int FALSE_ALARMS = 16;
    /** Requests that were read in time, for one that was not. */
    static final int FORGIVEN_AFTER = 100;

    /** Of the mean of how long predictions take, the part that the last one has. */
    private static final long USUAL_AMONG = 100;

    /** Why a check of the order is due before its time. */
    enum Alarm {
        /** A reply came none of whose members any reply has had. */
        NAMES,
        /** A line came that is no reply: what logs there will log JSON there. */
        OUTPUT,
        /** A child that owed nothing has not begun to read its next request: does it still work on the one before? */
        UNREAD
    }

    private final Set<String> output = new HashSet<>();
    /** Of these it was seen, and not only likely. */
    private final Set<String> surely = new HashSet<>();

    /** Of the members of its replies. */
    private long names;

    private final Map<Alarm, Integer> falseAlarms = new EnumMap<>(Alarm.class);
    private int readInTime;
    private int disorders;
    private boolean numbersReplies;
    private boolean answers;
    private boolean oneAtATime;
    private int livesOfOneAnswer;
    private long successes;
    private double usualNanos;
    /** Null until a copy has said it. */
    private volatile @Nullable Tables tables;

    /** How it takes tables: as the first of its copies has said. Any thread. */
    Tables tables() {
        Tables said = tables;
        return said == null ? Tables.JSON : said;
    }

    /** A copy has said how it takes tables. Returns false if it can't have them as the first one asked. */
    boolean takesTables(Tables said) {
        tables = tables == null ? said : tables;
        return tables == Tables.JSON || said == tables;
    }

    /** It has predicted for a caller, within {@code nanos}. */
    void succeeded(long nanos) {
        successes++;
        usualNanos += (nanos - usualNanos) / Math.min(successes, USUAL_AMONG);
    }

    /** How often it has. */
    long successes() {
        return successes;
    }

    /** How long that has taken lately; 0 if it never has. */
    long usualNanos() {
        return (long) usualNanos;
    }

    /** It has given an answer that could be used. */
    void answered() {
        answers = true;
    }

    /** True if it has ever given an answer that could be used. */
    boolean answers() {
        return answers;
    }

    /** After lines with these flaws, it has answered the same request all the same: they are its own output. */
    void writes(Set<String> kinds) {
        output.addAll(kinds);
        surely.addAll(kinds);
        oneAtATime = false;
    }

    /** As {@link #writes}, as far as can be told: it may have been the answer to another request. */
    void mayWrite(Set<String> kinds) {
        output.addAll(kinds);
    }

    /** True if lines with this flaw fail no request, because they are the program's own output. */
    boolean isOutput(String kind) {
        return output.contains(kind);
    }

    /** True if that is certain, so that such a line says nothing of the order of replies. */
    boolean isSurelyOutput(String kind) {
        return surely.contains(kind);
    }

    /** It wrote a flawed line while it had several requests: with one at a time it will show what such lines are. */
    void getOneAtATime() {
        oneAtATime = true;
    }

    /** True if it shall have one request at a time. */
    boolean getsOneAtATime() {
        return oneAtATime;
    }

    /** Replies that were found to be in order had members with these names. */
    void hasNames(long bits) {
        names |= bits;
    }

    /** True if no member of a reply that has any has had any of these names. */
    boolean areStrange(long bits) {
        return names != 0 && bits != 0 && (names & bits) == 0;
    }

    /** An alarm was raised, and all was in order. */
    void meantNothing(Alarm alarm) {
        falseAlarms.merge(alarm, 1, Integer::sum);
    }

    /** It had read its next request in time, as it should: on a busy machine that may fail now and then. */
    void readInTime() {
        if (++readInTime >= FORGIVEN_AFTER) {
            readInTime = 0;
            falseAlarms.computeIfPresent(Alarm.UNREAD, (alarm, count) -> count > 1 ? Integer.valueOf(count - 1) : null);
        }
    }

    /** True unless alarms of this kind mean nothing in this program, which just is like that. */
    boolean heeds(Alarm alarm) {
        return falseAlarms.getOrDefault(alarm, 0) < FALSE_ALARMS;
    }

    /** Its replies and its requests were found to be out of step. */
    void lostOrder() {
        disorders++;
        falseAlarms.clear();
    }

    /** How often they were. */
    int disorders() {
        return disorders;
    }

    /** It has put the right number in front of a reply, and must go on with that. */
    void numberedReply() {
        numbersReplies = true;
    }

    /** True if it puts in front of each reply the number of the line that it answers. */
    boolean numbersReplies() {
        return numbersReplies;
    }

    /**
     * It has ended with exit code 0 and of its own accord.
     *
     * @return true if it is time to say that it ends after each answer; once
     */
    boolean endedAfter(int answersToCallers) {
        livesOfOneAnswer = answersToCallers == 1 ? livesOfOneAnswer + 1 : 0;
        return livesOfOneAnswer == LIVES_OF_ONE_ANSWER;
    }
}
