using System.Security.Cryptography;

namespace AgentRuntime.Vaults.Embedded.Keys;

/// <summary>A master key in a file of its own.</summary>
/// <remarks>
/// A replacement for the key in the same file is first written beside it (<c>.next-ID</c>) and takes its place after the store was sealed with it.
/// A crash in between leaves both files, and opening finds out which is right, so no moment exists in which the store's key is not on disk.
/// </remarks>
internal sealed class KeyFileSource(string path) : MasterKeySource
{
    private const string NextSuffix = ".next-";
    private readonly string _path = Path.GetFullPath(path);

    internal override string Kind => "key_file";

    internal override string Description => $"the key file {_path}";

    internal override bool LoadsSilently => true;

    internal override ValueTask<NewMasterKey> CreateAsync(CancellationToken cancellationToken)
    {
        if (ReadUnlessGone(_path) is { } existing)
        {
            return ValueTask.FromResult(new NewMasterKey(existing, string.Empty, Nothing, Nothing));
        }

        var key = MasterKey.NewRandom();
        if (KeyFile.TryCreate(_path, key))
        {
            return ValueTask.FromResult(new NewMasterKey(key, string.Empty, Nothing, Nothing));
        }

        // Somebody else made the file in between.
        key.Dispose();
        return ValueTask.FromResult(new NewMasterKey(KeyFile.Read(_path), string.Empty, Nothing, Nothing));
    }

    internal override ValueTask<NewMasterKey> ReplaceAsync(MasterKey current, CancellationToken cancellationToken)
    {
        var existing = ReadUnlessGone(_path);
        if (existing is not null && !CryptographicOperations.FixedTimeEquals(existing.Bytes, current.Bytes))
        {
            return ValueTask.FromResult(new NewMasterKey(existing, string.Empty, Nothing, Nothing));
        }

        existing?.Dispose();
        var key = MasterKey.NewRandom();
        if (existing is null && KeyFile.TryCreate(_path, key))
        {
            return ValueTask.FromResult(new NewMasterKey(key, string.Empty, Nothing, () => File.Delete(_path)));
        }

        var next = _path + NextSuffix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        if (!KeyFile.TryCreate(next, key))
        {
            key.Dispose();
            throw new EmbeddedStoreException(EmbeddedStoreErrorKind.Unavailable, $"The new key file {next} cannot be created. Nothing was changed.");
        }

        return ValueTask.FromResult(new NewMasterKey(key, string.Empty, () => Promote(next), () => File.Delete(next)));
    }

    internal override ValueTask<IReadOnlyList<MasterKeyCandidate>> LoadAsync(string storePath, string kdf, CancellationToken cancellationToken)
    {
        var candidates = new List<MasterKeyCandidate>();
        try
        {
            // The replacements first: one that takes its place meanwhile is then found under its final name.
            foreach (var next in Replacements())
            {
                if (ReadUnlessGone(next) is { } replacement)
                {
                    candidates.Add(new MasterKeyCandidate(replacement, () => Promote(next)));
                }
            }

            if (ReadUnlessGone(_path) is { } key)
            {
                candidates.Insert(0, new MasterKeyCandidate(key, Nothing));
            }
        }
        catch
        {
            candidates.ForEach(candidate => candidate.Key.Dispose());
            throw;
        }

        return candidates.Count > 0
            ? ValueTask.FromResult<IReadOnlyList<MasterKeyCandidate>>(candidates)
            : throw new EmbeddedStoreException(
                EmbeddedStoreErrorKind.MissingKey,
                $"The secret store {storePath} exists, but its master key {_path} does not. Restore the key file from your backup (mode 600). No new key was made, because it could not open the store.");
    }

    private static void Nothing()
    {
    }

    private static MasterKey? ReadUnlessGone(string path)
    {
        try
        {
            return File.Exists(path) ? KeyFile.Read(path) : null;
        }
        catch (EmbeddedStoreException) when (!File.Exists(path))
        {
            return null;
        }
    }

    /// <summary>Whole replacements only: a draft of one, which a crash may have left behind, has a longer name.</summary>
    private IEnumerable<string> Replacements()
    {
        var folder = Path.GetDirectoryName(_path);
        var prefix = Path.GetFileName(_path) + NextSuffix;
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, prefix + "*").Where(file => Path.GetFileName(file)[prefix.Length..].All(char.IsAsciiHexDigitLower))
            : [];
    }

    private void Promote(string next)
    {
        try
        {
            File.Move(next, _path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next opening finds the key under its other name and tries again.
        }
    }
}
