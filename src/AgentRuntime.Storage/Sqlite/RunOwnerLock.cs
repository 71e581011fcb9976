using AgentRuntime.Names;

namespace AgentRuntime.Storage.Sqlite;

/// <summary>Shows other processes that the owner of a run lives: a file that is locked as long as this process (or this instance) lives.</summary>
/// <remarks>
/// The kernel releases the lock however the process ends. The lock belongs to the open file, not to the process, so several instances in one process
/// see one another as several processes do. Owners lock exclusively; whoever only asks takes a shared lock, so that two who ask do not mislead each other.
/// </remarks>
internal sealed class RunOwnerLock : IDisposable
{
    private const string Extension = ".lock";
    private const string NewExtension = ".new";

    private readonly string _folder;
    private readonly FileStream _file;

    private RunOwnerLock(string folder, string id, FileStream file)
    {
        _folder = folder;
        Id = id;
        _file = file;
    }

    /// <summary>The owner's id, which is recorded with each run.</summary>
    public string Id { get; }

    /// <summary>Takes a new lock and removes the files of owners that are gone.</summary>
    public static RunOwnerLock Take(string folder, IdGenerator ids)
    {
        PrivateFiles.CreateFolder(folder);
        RemoveStale(folder);
        const int Attempts = 100;
        for (var attempt = 1; ; attempt++)
        {
            var id = ids.NewId();
            var fresh = Path.Combine(folder, id + NewExtension);
            try
            {
                // Locked under another name first: nobody can take the file for a stale one between its creation and its lock.
                var file = PrivateFiles.OpenExclusive(fresh);
                try
                {
                    File.Move(fresh, PathOf(folder, id));
                    return new RunOwnerLock(folder, id, file);
                }
                catch
                {
                    file.Dispose();
                    throw;
                }
            }
            catch (IOException) when (attempt < Attempts && Directory.Exists(folder))
            {
                // Another process that cleans up held or removed the new file at this very moment.
            }
        }
    }

    /// <summary>Whether the owner with this id lives.</summary>
    public bool IsAlive(string id) =>
        string.Equals(id, Id, StringComparison.Ordinal) || (Name.IsValid(id) && !IsFree(PathOf(_folder, id)));

    public void Dispose()
    {
        File.Delete(PathOf(_folder, Id));
        _file.Dispose();
    }

    private static string PathOf(string folder, string id) => Path.Combine(folder, id + Extension);

    private static void RemoveStale(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            if (Path.GetExtension(path) is Extension or NewExtension && IsFree(path))
            {
                File.Delete(path);
            }
        }
    }

    private static bool IsFree(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return true;
        }
        catch (FileNotFoundException)
        {
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            // A file of another user: not ours to judge as dead.
            return false;
        }
    }
}
