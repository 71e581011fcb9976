using AgentRuntime.Scrubbing.Search;

namespace AgentRuntime.Scrubbing;

/// <summary>Searches files for every value that a scrubber knows, in every form. Streams: memory does not grow with the size of a file.</summary>
/// <remarks>
/// Folders are searched with everything below them; symbolic links in them are not followed. Also searched: the names, and one level inside
/// gzip, zip and tar (also gzipped) archives, told by their content. Files may be in use. Thread-safe.
/// </remarks>
public static class LeakSearch
{
    /// <summary>The most findings that are listed.</summary>
    public const int MaxFindings = 10_000;

    /// <summary>Searches files and folders.</summary>
    /// <param name="paths">Files and folders; a path that does not exist is reported as a problem.</param>
    /// <param name="scrubber">Knows the values.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static async Task<LeakSearchResult> SearchAsync(IEnumerable<string> paths, Scrubber scrubber, CancellationToken cancellationToken)
    {
        var search = new FileSearch(scrubber.Index, scrubber);
        foreach (var path in paths)
        {
            if (Directory.Exists(path))
            {
                await search.SearchFolderAsync(path, cancellationToken);
            }
            else
            {
                await search.SearchFileAsync(path, cancellationToken);
            }
        }

        return search.Result();
    }
}
