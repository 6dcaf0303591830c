package local_aws;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.Text;
import org.apache.spark.Partition;
import org.apache.spark.sql.execution.datasources.FilePartition;
import org.apache.spark.sql.execution.datasources.HadoopFileLinesReader;

/** A look at all lines of text files, in as many threads as Spark has: looks.py says what for. */
public class Looks {
    /** Of JSON lines: see looks.py. */
    public String[][] telling(Partition[] partitions, Configuration conf, int threads) throws Exception {
        Lines[] parts = new Lines[partitions.length];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = new Records();
        }
        if (!taken(partitions, parts, conf, threads)) {
            return null;
        }
        String[][] found = new String[parts.length][];
        for (int i = 0; i < parts.length; i++) {
            found[i] = (String[]) ((Records) parts[i]).telling.toArray(new String[0]);
        }
        return found;
    }

    /** Of lines of fields: the least and the most separators in one, and whether one has a byte that is not to be. */
    public int[] separators(Partition[] partitions, Configuration conf, int threads, int separator, int unwanted)
            throws Exception {
        Lines[] parts = new Lines[partitions.length];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = new Separators((byte) separator, (byte) unwanted);
        }
        if (!taken(partitions, parts, conf, threads)) {
            return null;
        }
        int least = Integer.MAX_VALUE;
        int most = 0;
        int unwantedThere = 0;
        for (int i = 0; i < parts.length; i++) {
            Separators one = (Separators) parts[i];
            least = Math.min(least, one.least);
            most = Math.max(most, one.most);
            unwantedThere |= one.there ? 1 : 0;
        }
        return new int[] {least, most, unwantedThere};
    }

    /** Whether every line of each partition could be taken in. */
    private static boolean taken(Partition[] partitions, Lines[] parts, Configuration conf, int threads)
            throws Exception {
        Work work = new Work(partitions, parts, conf);
        Thread[] started = new Thread[Math.max(1, Math.min(threads, partitions.length))];
        for (int i = 0; i < started.length; i++) {
            started[i] = new Thread(work, "look-" + i);
            started[i].setDaemon(true);
            started[i].start();
        }
        for (int i = 0; i < started.length; i++) {
            started[i].join();
        }
        return !work.failed;
    }

    private static class Work implements Runnable {
        private final Partition[] partitions;
        private final Lines[] parts;
        private final Configuration conf;
        private final AtomicInteger next = new AtomicInteger();
        volatile boolean failed;

        Work(Partition[] partitions, Lines[] parts, Configuration conf) {
            this.partitions = partitions;
            this.parts = parts;
            this.conf = conf;
        }

        public void run() {
            try {
                for (int i = next.getAndIncrement(); i < parts.length && !failed; i = next.getAndIncrement()) {
                    look((FilePartition) partitions[i], parts[i]);
                }
            } catch (Throwable e) { // whatever it is: the one who asked looks in another way, and finds it there
                failed = true;
            }
        }

        private void look(FilePartition partition, Lines lines) throws IOException {
            for (int i = 0; i < partition.files().length; i++) {
                HadoopFileLinesReader reader = new HadoopFileLinesReader(partition.files()[i], conf);
                try {
                    while (reader.hasNext() && !failed) {
                        Text line = (Text) reader.next();
                        if (!lines.take(line.getBytes(), line.getLength())) {
                            failed = true;
                        }
                    }
                } finally {
                    reader.close();
                }
            }
        }
    }

    private abstract static class Lines {
        /** Whether the line could be taken in. */
        abstract boolean take(byte[] bytes, int length) throws IOException;
    }

    private static class Separators extends Lines {
        private final byte separator;
        private final byte unwanted;
        int least = Integer.MAX_VALUE;
        int most;
        boolean there;

        Separators(byte separator, byte unwanted) {
            this.separator = separator;
            this.unwanted = unwanted;
        }

        boolean take(byte[] bytes, int length) {
            byte wanted = separator;
            byte other = unwanted;
            int count = 0;
            boolean seen = false;
            for (int i = 0; i < length; i++) {
                byte one = bytes[i];
                count += one == wanted ? 1 : 0;
                seen |= one == other;
            }
            there |= seen;
            least = Math.min(least, count);
            most = Math.max(most, count);
            return true;
        }
    }

    /** Keeps the lines from which types are to be learned that the lines before did not tell. */
    private static class Records extends Lines {
        private static final int DEEPEST = 100;
        private static final int MOST_TELLING = 5000;
        private final JsonFactory factory = new JsonFactory();
        private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        private final Kind top = new Kind();
        private CharBuffer decoded = CharBuffer.allocate(1024);
        private boolean tells;
        final List telling = new ArrayList();

        Records() {
            factory.enable(JsonParser.Feature.ALLOW_UNQUOTED_CONTROL_CHARS);
            factory.disable(JsonFactory.Feature.INTERN_FIELD_NAMES);
        }

        boolean take(byte[] bytes, int length) throws IOException {
            int start = 0;
            while (start < length && (bytes[start] == ' ' || bytes[start] == '\t')) {
                start++;
            }
            // A zero would have the parser take it for another encoding than UTF-8.
            if (start + 1 >= length || bytes[start] != '{' || bytes[start + 1] == 0 || !isText(bytes, length)) {
                return false;
            }
            tells = false;
            JsonParser parser = factory.createParser(bytes, start, length - start);
            try {
                parser.nextToken();
                if (!isStruct(parser, top, 0) || parser.nextToken() != null) {
                    return false;
                }
            } finally {
                parser.close();
            }
            if (tells) {
                telling.add(new String(bytes, 0, length, StandardCharsets.UTF_8));
            }
            return telling.size() <= MOST_TELLING;
        }

        /** Whether it is UTF-8 as the standard has it, which the parser does not see to. */
        private boolean isText(byte[] bytes, int length) {
            int all = 0;
            for (int i = 0; i < length; i++) {
                all |= bytes[i];
            }
            if (all >= 0) {
                return true;
            }
            if (decoded.capacity() < length) {
                decoded = CharBuffer.allocate(length * 2);
            }
            decoded.clear();
            decoder.reset();
            return decoder.decode(ByteBuffer.wrap(bytes, 0, length), decoded, true).isUnderflow();
        }

        /** Take in the value at which the parser is; false where Python's parser may find another. */
        private boolean isKnown(JsonParser parser, JsonToken token, Kind kind, int depth) throws IOException {
            switch (token.id()) {
                case 1: // {
                    return isStruct(parser, kind, depth + 1);
                case 3: // [
                    return isArray(parser, kind, depth + 1);
                case 6:
                    return kind.add(this, Kind.TEXT);
                case 7:
                    JsonParser.NumberType size = parser.getNumberType();
                    if (size == JsonParser.NumberType.INT) {
                        return kind.add(this, Kind.INT);
                    }
                    return kind.add(this, size == JsonParser.NumberType.LONG ? Kind.LONG : Kind.LONGER);
                case 8:
                    return kind.add(this, Kind.DOUBLE);
                case 9:
                case 10:
                    return kind.add(this, Kind.BOOLEAN);
                default:
                    return token.id() == 11; // null
            }
        }

        private boolean isArray(JsonParser parser, Kind kind, int depth) throws IOException {
            if (kind.elements == null) {
                kind.elements = new Kind();
                tells = true;
            }
            for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                if (depth > DEEPEST || !isKnown(parser, token, kind.elements, depth)) {
                    return false;
                }
            }
            return true;
        }

        private boolean isStruct(JsonParser parser, Kind kind, int depth) throws IOException {
            boolean isFirst = kind.struct == null;
            if (isFirst) {
                kind.struct = new Struct();
                tells = true;
            }
            Struct struct = kind.struct;
            int visit = ++struct.visits;
            int constant = 0;
            Member expected = struct.first;
            for (JsonToken token = parser.nextToken(); token != JsonToken.END_OBJECT; token = parser.nextToken()) {
                String name = parser.getCurrentName();
                Member member = expected != null && expected.name.equals(name) ? expected : struct.get(name);
                if (member == null) {
                    member = struct.put(name, isFirst);
                    tells = true;
                } else if (member.visit == visit) {
                    return false; // of two of one name the last counts
                } else if (!member.isAbsent) {
                    constant++;
                }
                member.visit = visit;
                expected = member.next;
                token = parser.nextToken();
                if (token == JsonToken.VALUE_NULL) {
                    tells |= !member.isNull;
                    member.isNull = true;
                } else if (depth > DEEPEST || !isKnown(parser, token, member.kind, depth)) {
                    return false;
                }
            }
            if (!isFirst && constant < struct.constant) {
                struct.lacked(visit);
                tells = true;
            }
            return true;
        }
    }

    /** What is known of the values at one place. */
    private static class Kind {
        static final int TEXT = 1;
        static final int INT = 2;
        static final int LONG = 4;
        static final int LONGER = 8;
        static final int DOUBLE = 16;
        static final int BOOLEAN = 32;
        int atoms;
        Struct struct;
        Kind elements;

        boolean add(Records records, int atom) {
            if ((atoms & atom) == 0) {
                atoms |= atom;
                records.tells = true;
            }
            return true;
        }
    }

    private static class Struct {
        private final Map members = new HashMap();
        private Member last;
        Member first;
        int visits;
        int constant; // how many members no struct at this place lacks

        Member get(String name) {
            return (Member) members.get(name);
        }

        Member put(String name, boolean isConstant) {
            Member made = new Member(name, !isConstant);
            members.put(name, made);
            constant += isConstant ? 1 : 0;
            if (last == null) {
                first = made;
            } else {
                last.next = made;
            }
            last = made;
            return made;
        }

        /** Note which members this visit did not see. */
        void lacked(int visit) {
            for (Member member = first; member != null; member = member.next) {
                if (member.visit != visit && !member.isAbsent) {
                    member.isAbsent = true;
                    constant--;
                }
            }
        }
    }

    private static class Member {
        final String name;
        final Kind kind = new Kind();
        Member next;
        int visit;
        boolean isAbsent;
        boolean isNull;

        Member(String name, boolean isAbsent) {
            this.name = name;
            this.isAbsent = isAbsent;
        }
    }
}
