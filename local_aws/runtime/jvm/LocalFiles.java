package local_aws;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/** Hadoop's file:// without its processes of chmod and ls, one or more a file, and without files of checksums. */
public class LocalFiles extends LocalFileSystem {
    public LocalFiles() {
        super(new Plain());
        setWriteChecksum(false);
        setVerifyChecksum(false);
    }

    /** Asks Java for what Hadoop asks programs for. What may not be looked at is not there, as Hadoop has it. */
    public static class Plain extends RawLocalFileSystem {
        private static final String ASKED = "unix:mode,owner,group,size,isDirectory,lastModifiedTime,lastAccessTime";

        public void setPermission(Path path, FsPermission permission) throws IOException {
            Files.setAttribute(pathToFile(path).toPath(), "unix:mode", Integer.valueOf(permission.toShort() & 01777));
        }

        public FileStatus getFileStatus(Path path) throws IOException {
            File file = pathToFile(path);
            Map found;
            try {
                found = Files.readAttributes(file.toPath(), ASKED);
            } catch (IOException e) {
                throw new FileNotFoundException("File " + path + " does not exist");
            }
            boolean folder = ((Boolean) found.get("isDirectory")).booleanValue();
            return new FileStatus(
                folder ? 0L : ((Long) found.get("size")).longValue(),
                folder,
                1,
                getDefaultBlockSize(path),
                ((FileTime) found.get("lastModifiedTime")).toMillis(),
                ((FileTime) found.get("lastAccessTime")).toMillis(),
                new FsPermission((short) (((Integer) found.get("mode")).intValue() & 01777)),
                found.get("owner").toString(),
                found.get("group").toString(),
                new Path(file.getPath()).makeQualified(getUri(), getWorkingDirectory())
            );
        }

        public FSDataInputStream open(Path path, int bufferSize) throws IOException {
            UsedObjects.read(pathToFile(path));
            return super.open(path, bufferSize);
        }

        protected OutputStream createOutputStreamWithMode(Path path, boolean append, FsPermission permission)
                throws IOException {
            if (!append) {
                LinkedObjects.part(pathToFile(path));
            }
            return super.createOutputStreamWithMode(path, append, permission);
        }

        public FileStatus[] listStatus(Path path) throws IOException {
            File file = pathToFile(path);
            if (file.isFile()) {
                return new FileStatus[] {getFileStatus(path)};
            }
            UsedObjects.list(file);
            return super.listStatus(path);
        }
    }
}
