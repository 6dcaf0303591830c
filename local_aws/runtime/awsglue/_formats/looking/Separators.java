package looking;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.Partition;

/** How many separators are in lines. */
public class Separators {
    /** The least and the most in one line, and whether one has a byte that is not wanted; null if not all are read. */
    public int[] counted(Partition[] partitions, Configuration conf, int threads, int separator, int unwanted)
            throws Exception {
        Counts[] parts = new Counts[partitions.length];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = new Counts((byte) separator, (byte) unwanted);
        }
        if (!Lines.taken(partitions, parts, conf, threads)) {
            return null;
        }
        int least = Integer.MAX_VALUE;
        int most = 0;
        boolean there = false;
        for (int i = 0; i < parts.length; i++) {
            least = Math.min(least, parts[i].least);
            most = Math.max(most, parts[i].most);
            there |= parts[i].there;
        }
        return new int[] {least, most, there ? 1 : 0};
    }

    private static class Counts extends Lines {
        private final byte separator;
        private final byte unwanted;
        int least = Integer.MAX_VALUE;
        int most;
        boolean there;

        Counts(byte separator, byte unwanted) {
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
}
