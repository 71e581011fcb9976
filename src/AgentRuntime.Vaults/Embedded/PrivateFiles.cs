using System.Security.Cryptography;

namespace AgentRuntime.Vaults.Embedded;

/// <summary>Files and folders that only their owner can use. On Windows the permissions of the parent folder apply.</summary>
internal static class PrivateFiles
{
    public const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a missing folder, and missing ones above it, 0700. An existing folder is left as it is.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Makes a new file, 0600, with these bytes on disk. Fails if there is one.</summary>
    public static void Create(string path, ReadOnlySpan<byte> content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using var file = new FileStream(path, options);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Makes a new file in one step: written under another name, then given its own.</summary>
    /// <returns>False if a file of that name is there already.</returns>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content)
    {
        var draft = DraftName(path);
        Create(draft, content);
        return TryPublish(draft, path);
    }

    /// <summary>A name beside <paramref name="path"/> for something unfinished.</summary>
    public static string DraftName(string path) => $"{path}.new-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";

    /// <summary>Gives a finished draft its name, or deletes it if the name is taken.</summary>
    public static bool TryPublish(string draft, string path)
    {
        try
        {
            File.Move(draft, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
            return false;
        }
    }
}
