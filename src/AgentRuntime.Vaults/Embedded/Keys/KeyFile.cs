using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AgentRuntime.Vaults.Embedded.Keys;

/// <summary>
/// A key file: one line <c>agentruntime-master-key-v1 CHECKSUM</c> and one line of base64 (32 bytes). The checksum, the first 16 hex digits of
/// the key's SHA-256, tells a damaged key file from the key of another store.
/// </summary>
internal static class KeyFile
{
    private const string Header = "agentruntime-master-key-v1 ";
    private const int ChecksumDigits = 16;
    private const int Base64Length = 44;
    private const int MaxSize = 256;

    /// <summary>Writes a new file, 0600, in one step: either the whole file is there or none. Its folder is made, 0700, if it is missing.</summary>
    /// <returns>False if a file of that name is there already; it is left alone.</returns>
    public static bool TryCreate(string path, MasterKey key)
    {
        PrivateFiles.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var bytes = GC.AllocateArray<byte>(Header.Length + ChecksumDigits + 1 + Base64Length + 1, pinned: true);
        try
        {
            Encoding.ASCII.GetBytes(Header, bytes);
            Encoding.ASCII.GetBytes(Checksum(key.Bytes), bytes.AsSpan(Header.Length));
            bytes[Header.Length + ChecksumDigits] = (byte)'\n';
            Base64.EncodeToUtf8(key.Bytes, bytes.AsSpan(Header.Length + ChecksumDigits + 1), out _, out _);
            bytes[^1] = (byte)'\n';
            return PrivateFiles.TryCreate(path, bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Reads and checks a key file.</summary>
    /// <exception cref="EmbeddedStoreException">Others can read or change it, or it is not a key file.</exception>
    public static MasterKey Read(string path)
    {
        var content = GC.AllocateArray<byte>(MaxSize, pinned: true);
        try
        {
            using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read, BufferSize = 0 });
            RefuseOpenPermissions(file, path);
            var length = file.ReadAtLeast(content, MaxSize, throwOnEndOfStream: false);
            return Parse(content.AsSpan(0, length).TrimEnd("\r\n "u8), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EmbeddedStoreException(
                EmbeddedStoreErrorKind.Unavailable,
                $"The key file {path} cannot be read ({e.GetType().Name}). Check that it is a file, that this user owns it and that its disk is mounted.",
                e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private static MasterKey Parse(ReadOnlySpan<byte> content, string path)
    {
        var end = content.IndexOf((byte)'\n');
        if (end < 0 || !content.StartsWith(Encoding.ASCII.GetBytes(Header)))
        {
            throw Invalid(path, $"it does not begin with the line '{Header}CHECKSUM'");
        }

        var checksum = content[Header.Length..end].TrimEnd((byte)'\r');
        var encoded = content[(end + 1)..];
        if (encoded.Length != Base64Length)
        {
            throw Invalid(path, "its second line has the wrong length; it must be 32 bytes in base64");
        }

        var key = MasterKey.NewBuffer();
        Span<byte> decoded = stackalloc byte[Base64.GetMaxDecodedFromUtf8Length(Base64Length)];
        try
        {
            if (Base64.DecodeFromUtf8(encoded, decoded, out _, out var written) != System.Buffers.OperationStatus.Done || written != Seal.KeySize)
            {
                throw Invalid(path, "its second line is not 32 bytes in base64");
            }

            decoded[..written].CopyTo(key);
            if (!checksum.SequenceEqual(Encoding.ASCII.GetBytes(Checksum(key))))
            {
                CryptographicOperations.ZeroMemory(key);
                throw Invalid(path, "its checksum does not fit its key, so the file was damaged or edited");
            }

            return new MasterKey(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(decoded);
        }
    }

    private static EmbeddedStoreException Invalid(string path, string what) => new(
        EmbeddedStoreErrorKind.KeyFileInvalid,
        $"{path} is not a usable key file: {what}. Put the right key file there from your backup; the store itself was not touched.");

    private static void RefuseOpenPermissions(FileStream file, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var mode = File.GetUnixFileMode(file.SafeFileHandle);
        if ((mode & PrivateFiles.Others) != UnixFileMode.None)
        {
            throw new EmbeddedStoreException(
                EmbeddedStoreErrorKind.KeyPermissions,
                $"The key file {path} is open to other users (mode {Convert.ToString((int)mode, 8)}). Run 'chmod 600 {path}'; if others may have read it, give the store a new master key afterwards.");
        }
    }

    private static string Checksum(ReadOnlySpan<byte> key) => Convert.ToHexStringLower(SHA256.HashData(key))[..ChecksumDigits];
}
