using System.Security.Cryptography;
using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.Http;

/// <summary>Reads what proves the runtime's identity to a secret manager from a file that only its owner can read.</summary>
internal static class SecretFile
{
    private const int Largest = 64 * 1024;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>The file's content without white space around it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it holds, for the message, such as <c>secret id</c>.</param>
    /// <param name="oneWord">Whether it must be one word of visible ASCII, as everything that goes into a header must be.</param>
    /// <param name="othersMayRead">Whether others may read it, as they may inside a pod that has one user; changing it is refused still.</param>
    /// <exception cref="SecretStoreException">It is not there, empty, too large, or others can read or change it.</exception>
    public static SecretValue Read(string path, string what, bool oneWord = false, bool othersMayRead = false)
    {
        var refused = othersMayRead ? UnixFileMode.GroupWrite | UnixFileMode.OtherWrite : Others;
        var buffer = GC.AllocateArray<byte>(Largest + 1, pinned: true);
        try
        {
            using var stream = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, BufferSize = 0 });

            // The mode of the open file, so that nothing can be put in its place in between.
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(stream.SafeFileHandle) & refused) != UnixFileMode.None)
            {
                throw new SecretStoreException(SecretFailureKind.Invalid, $"Others can read or change the {what} file {path}, so it is refused. Run 'chmod 600' on it, and replace the {what} if somebody may have read it.");
            }

            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            var content = buffer.AsSpan(0, length).Trim(" \t\r\n"u8);
            if (oneWord && content.IndexOfAnyExceptInRange((byte)0x21, (byte)0x7e) >= 0)
            {
                throw new SecretStoreException(SecretFailureKind.Invalid, $"The {what} file {path} holds more than one word, or something that is no ASCII. It must hold the {what} and nothing else.");
            }

            return length <= Largest && content.Length > 0
                ? SecretValue.Copy(content)
                : throw new SecretStoreException(SecretFailureKind.Invalid, $"The {what} file {path} is {(length > Largest ? "too large" : "empty")}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SecretStoreException(SecretFailureKind.Invalid, $"The {what} file {path} cannot be read ({exception.GetType().Name}). Check that it is there and that this user owns it.", exception);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }
}
