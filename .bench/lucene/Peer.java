import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.FuzzyQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;

/**
 * Answers queries by Lucene as it comes: the English analyzer, BM25, any of the words in title or
 * text. With "fuzzy" every word is a FuzzyQuery of one edit. Corpus and queries are lines of
 * fields parted by tabs: id, title and text; id and text.
 *
 * java -cp JARS Peer.java plain|fuzzy CORPUS QUERIES RUN
 */
public class Peer {
  public static void main(String[] args) throws Exception {
    boolean fuzzy = args[0].equals("fuzzy");
    var analyzer = new EnglishAnalyzer();
    var directory = new ByteBuffersDirectory();
    try (var writer = new IndexWriter(directory, new IndexWriterConfig(analyzer))) {
      for (String line : Files.readAllLines(Path.of(args[1]))) {
        String[] columns = line.split("\t", -1);
        var document = new Document();
        document.add(new StoredField("id", columns[0]));
        document.add(new TextField("title", columns[1], Field.Store.NO));
        document.add(new TextField("text", columns[2], Field.Store.NO));
        writer.addDocument(document);
      }
    }
    BooleanQuery.setMaxClauseCount(1 << 16);
    try (var reader = DirectoryReader.open(directory);
        var out = new PrintWriter(args[3], StandardCharsets.UTF_8)) {
      var searcher = new IndexSearcher(reader);
      for (String line : Files.readAllLines(Path.of(args[2]))) {
        String[] columns = line.split("\t", -1);
        var any = new BooleanQuery.Builder();
        for (String field : new String[] {"title", "text"}) {
          try (var words = analyzer.tokenStream(field, columns[1])) {
            var word = words.addAttribute(CharTermAttribute.class);
            words.reset();
            while (words.incrementToken()) {
              var term = new Term(field, word.toString());
              Query query = fuzzy ? new FuzzyQuery(term, 1) : new TermQuery(term);
              any.add(query, BooleanClause.Occur.SHOULD);
            }
          }
        }
        int rank = 0;
        for (var hit : searcher.search(any.build(), 100).scoreDocs) {
          String id = searcher.storedFields().document(hit.doc).get("id");
          out.printf(Locale.ROOT, "%s Q0 %s %d %f bench%n", columns[0], id, ++rank, hit.score);
        }
      }
    }
  }
}
