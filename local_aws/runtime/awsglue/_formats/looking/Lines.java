package looking;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.Text;
import org.apache.spark.Partition;
import org.apache.spark.sql.execution.datasources.FilePartition;
import org.apache.spark.sql.execution.datasources.HadoopFileLinesReader;

/** What is learned from the lines of one of Spark's partitions of text files: see looks.py. */
abstract class Lines {
    /** Whether the line could be taken in. */
    abstract boolean take(byte[] bytes, int length) throws IOException;

    /** Whether every line of each partition could be taken in. */
    static boolean taken(Partition[] partitions, Lines[] parts, Configuration conf, int threads)
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
}
