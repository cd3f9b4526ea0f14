import java.io.File;
import java.io.FileOutputStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.preprocessor.MultiDataNormalization;
import org.nd4j.linalg.dataset.api.preprocessor.MultiNormalizerHybrid;
import org.nd4j.linalg.dataset.api.preprocessor.MultiNormalizerMinMaxScaler;
import org.nd4j.linalg.dataset.api.preprocessor.MultiNormalizerStandardize;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerSerializer;
import org.nd4j.linalg.factory.Nd4j;

/** Normalizers of several inputs as DL4J writes them, and what they make of two inputs and two outputs. */
public class WriteNormalizers {
    static File out;

    static void save(String name, INDArray array) throws Exception {
        try (FileOutputStream stream = new FileOutputStream(new File(out, name + ".npy"))) {
            stream.write(Nd4j.toNpyByteArray(array.dup('c')));
        }
    }

    static void write(String name, MultiDataNormalization normalizer, MultiDataSet data) throws Exception {
        NormalizerSerializer.getDefault().write(normalizer, new File(out, name + ".bin"));
        MultiDataSet scaled = new MultiDataSet(
            new INDArray[] {data.getFeatures(0).dup(), data.getFeatures(1).dup()}, new INDArray[] {data.getLabels(0).dup(), data.getLabels(1).dup()});
        normalizer.transform(scaled);
        for (int k = 0; k < 2; k++) {
            save(name + "_x" + k, scaled.getFeatures(k));
            save(name + "_y" + k, scaled.getLabels(k));
        }
    }

    static MultiDataSet data() {
        Nd4j.getRandom().setSeed(7);
        INDArray[] inputs = {Nd4j.rand(DataType.DOUBLE, 6, 3), Nd4j.rand(DataType.DOUBLE, 6, 2, 4)};
        INDArray[] labels = {Nd4j.rand(DataType.DOUBLE, 6, 2), Nd4j.rand(DataType.DOUBLE, 6, 1, 4)};
        return new MultiDataSet(inputs, labels);
    }

    public static void main(String[] arguments) throws Exception {
        out = new File(arguments[0]);
        MultiDataSet data = data();
        for (int k = 0; k < 2; k++) {
            save("x" + k, data.getFeatures(k));
            save("y" + k, data.getLabels(k));
        }
        MultiNormalizerStandardize standardize = new MultiNormalizerStandardize();
        standardize.fit(data());
        write("standardize", standardize, data);
        MultiNormalizerStandardize labels = new MultiNormalizerStandardize();
        labels.fitLabel(true);
        labels.fit(data());
        write("standardize_labels", labels, data);
        MultiNormalizerMinMaxScaler scale = new MultiNormalizerMinMaxScaler(-2, 5);
        scale.fitLabel(true);
        scale.fit(data());
        write("min_max_labels", scale, data);
        MultiNormalizerHybrid single = new MultiNormalizerHybrid().standardizeInput(0).minMaxScaleInput(1, -1, 2).minMaxScaleAllOutputs();
        single.fit(data());
        write("hybrid_single_inputs", single, data);
        MultiNormalizerHybrid all = new MultiNormalizerHybrid().standardizeAllInputs().standardizeOutput(1);
        all.fit(data());
        write("hybrid_all_inputs", all, data);
        MultiNormalizerHybrid one = new MultiNormalizerHybrid().minMaxScaleInput(1);
        one.fit(data());
        write("hybrid_one_input", one, data);
    }
}
